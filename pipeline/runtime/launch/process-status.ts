import { topologyFingerprint } from '../../core/describe.ts';
import type { Topology } from '../../core/graph.ts';
import type { Runner } from '../runner.ts';
import type { Task } from '../task/task.ts';
import type { DeliveryTrouble } from '../delivery/trouble.ts';
import type { OutsideDelivery } from './outside-deliveries.ts';

/** A partition of a task: how far it is fed and committed, and what waits. */
export interface PartitionStatus {
  readonly topic: string;
  readonly partition: number;
  readonly position: number;
  readonly committed: number;
  readonly waitingRecords: number;
  readonly waitingBytes: number;
  readonly paused: boolean;
  readonly excluded: boolean;
}

/** A task of a process. `streamTime` is ISO 8601, null before the first record. */
export interface TaskStatus {
  readonly id: string;
  readonly ready: boolean;
  readonly streamTime: string | null;
  readonly partitions: ReadonlyArray<PartitionStatus>;
  /** Live entries and their approximate bytes, by node. */
  readonly state: Readonly<Record<string, { readonly entries: number; readonly bytes: number }>>;
}

/** A delivery of a process: the table or the endpoint that it feeds, from which topic, under which group. */
export interface DeliveryStatus {
  readonly node: string;
  readonly table?: string;
  readonly endpoint?: string;
  readonly topic: string;
  readonly group: string;
  /** What fails at present and is tried again; null while all goes well. `since` is ISO 8601. */
  readonly trouble: (Omit<DeliveryTrouble, 'since'> & { readonly since: string }) | null;
}

/** What a process is doing now. */
export interface ProcessStatus {
  readonly topology: string;
  /** Of the version that runs; records that it writes carry it behind their provenance. */
  readonly fingerprint: string;
  readonly ready: boolean;
  readonly stopping: boolean;
  readonly tasks: ReadonlyArray<TaskStatus>;
  readonly deliveries: ReadonlyArray<DeliveryStatus>;
}

const partitionStatus = ({ at, position, committed, length, bytes, isPaused, excluded }: Task['queues'][number]): PartitionStatus => ({
  ...at,
  position,
  committed: committed.offset,
  waitingRecords: length,
  waitingBytes: bytes,
  paused: isPaused,
  excluded,
});

const taskStatus = (task: Task): TaskStatus => ({
  id: task.id,
  ready: task.isReady,
  streamTime: Number.isFinite(task.streamTime) ? new Date(task.streamTime).toISOString() : null,
  partitions: task.queues.map(partitionStatus),
  state: Object.fromEntries([...task.nodes.stores].map(([node, store]) => [node, store.size()])),
});

const troubleStatus = (trouble: DeliveryTrouble | undefined): DeliveryStatus['trouble'] =>
  trouble === undefined ? null : { ...trouble, since: new Date(trouble.since).toISOString() };

const deliveryStatus = ({ node, to, topic, groupId, delivery }: OutsideDelivery): DeliveryStatus => ({
  node,
  ...(to.kind === 'table' ? { table: to.name } : { endpoint: to.name }),
  topic,
  group: groupId,
  trouble: troubleStatus(delivery.trouble),
});

/** What to tell of a process; `runner` is undefined while it starts. */
export interface Running {
  readonly topology: Topology;
  readonly runner: Runner | undefined;
  readonly deliveries: ReadonlyArray<OutsideDelivery>;
  readonly isStopping: boolean;
}

/** Whether a process may be sent work: it has joined its group, and the state of all its tasks is restored. */
export const isReady = ({ runner, isStopping }: Running): boolean =>
  runner !== undefined && !isStopping && runner.tasks.every((task) => task.isReady);

/** Tells what a process is doing, as plain data. */
export const processStatus = (running: Running): ProcessStatus => ({
  topology: running.topology.name,
  fingerprint: topologyFingerprint(running.topology),
  ready: isReady(running),
  stopping: running.isStopping,
  tasks: (running.runner?.tasks ?? []).map(taskStatus),
  deliveries: running.deliveries.map(deliveryStatus),
});
