import type { EntryNode, SubTopology } from '../../core/cut.ts';
import { cut } from '../../core/cut.ts';
import { MillraceError } from '../../core/errors.ts';
import type { Topology } from '../../core/graph.ts';
import { EventClock, type PartitionClock, WriterClock } from '../clock/partition-clock.ts';
import { PartitionQueue } from './partition-queue.ts';
import type { TaskEnv } from './task-env.ts';

/** How many tasks write to a repartition: the partitions of the sub-topology that it stands in. */
const writersOf = (topology: Topology, entry: EntryNode, partitions: ReadonlyMap<string, number>): number => {
  const upstream = cut(topology).find((sub) => sub.nodes.some((node) => node.name === entry.name));
  const topic = upstream?.entries[0]?.topic.name;
  const count = topic === undefined ? undefined : partitions.get(topic);
  if (count === undefined) throw new MillraceError('engine_defect', `who writes the repartition "${entry.name}" is not known`);
  return count;
};

const clockOf = (env: TaskEnv, entry: EntryNode): PartitionClock =>
  entry.kind === 'source' ? new EventClock() : new WriterClock(writersOf(env.topology, entry, env.partitions));

/** The queues of a task: one for the task's partition of each topic that its sub-topology reads. */
export const queuesOf = (env: TaskEnv, sub: SubTopology, partition: number): ReadonlyArray<PartitionQueue> =>
  sub.entries.map((entry) => {
    const holdsClock = entry.kind === 'repartition' || entry.holdsClock;
    const at = { topic: entry.topic.name, partition };
    return new PartitionQueue({ entry: entry.name, at }, clockOf(env, entry), { holdsClock, now: env.clock.monotonic() });
  });
