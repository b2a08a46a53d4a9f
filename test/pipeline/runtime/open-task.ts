import { cut } from '../../../pipeline/core/cut.ts';
import type { Topology } from '../../../pipeline/core/graph.ts';
import type { GroupConsumer, LogRecord } from '../../../pipeline/core/ports/cluster.ts';
import { noLog } from '../../../pipeline/core/ports/log.ts';
import { openProcess, type RunnerDeps } from '../../../pipeline/runtime/open-process.ts';
import { defaultSettings, type RunnerSettings } from '../../../pipeline/runtime/settings.ts';
import { Task } from '../../../pipeline/runtime/task/task.ts';
import type { TaskEnv } from '../../../pipeline/runtime/task/task-env.ts';
import { memoryStore } from '../../../pipeline/state/memory-store.ts';
import { type Click, clicked, clickOf, clickType } from '../../support/clicks.ts';
import { Processes } from '../../../pipeline/testing/processes.ts';
import { type RecordingMeter, recordingMeter } from './recording-meter.ts';

/** One task by itself, without a runner: its owner is the test. */
export interface OpenTask {
  readonly task: Task;
  readonly env: TaskEnv;
  readonly processes: Processes;
  readonly meter: RecordingMeter;
  /** A click as a record of a partition; its Kafka timestamp is the event time. */
  readonly click: (
    click: Click,
    place?: { readonly topic?: string; readonly partition?: number; readonly offset?: number },
  ) => Promise<LogRecord>;
}

/** Opens partition 0 of the first sub-topology. Each topic has so many partitions. */
export const openTask = async (
  topology: Topology,
  {
    partitions = 1,
    settings = {},
    deps = {},
  }: { partitions?: number; settings?: Partial<RunnerSettings>; deps?: Partial<RunnerDeps> } = {},
): Promise<OpenTask> => {
  const processes = await Processes.of(topology, { partitions });
  const { clock, cluster, wire } = processes;
  const meter = recordingMeter();
  const makeStore: RunnerDeps['makeStore'] = (spec, { node, limitBytes }) =>
    memoryStore(spec, { node, ...(limitBytes === undefined ? {} : { limitBytes }) });
  const ports: RunnerDeps = { cluster, wire, clock, meter, log: noLog, makeStore, ...deps };
  const { env } = await openProcess(topology, ports, { ...defaultSettings, ...settings, slot: '0' });
  const [sub] = cut(topology);
  if (sub === undefined) throw new Error('the topology reads nothing');
  const task = new Task(env, sub, 0);
  const encode = await wire.encoder(clicked.name, clickType);
  return {
    task,
    env,
    processes,
    meter,
    click: (click, { topic = clicked.name, partition = 0, offset = 0 } = {}) =>
      Promise.resolve({ topic, partition, offset, key: Buffer.from(click.user), value: encode(click), timestamp: click.at }),
  };
};

/** Clicks by one user at these times, as records from offset 0 on. */
export const clicksAt = (open: OpenTask, topic: string, ...times: ReadonlyArray<number>): Promise<ReadonlyArray<LogRecord>> =>
  Promise.all(times.map((at, offset) => open.click(clickOf('a', at), { topic, offset })));

const absent = (): never => {
  throw new Error('the test did not expect this call');
};

/** A consumer of which a test says what it answers; anything else throws. */
export const stubConsumer = (over: Partial<GroupConsumer> = {}): GroupConsumer => ({
  poll: absent,
  pause: absent,
  resume: absent,
  seek: absent,
  committed: absent,
  commit: absent,
  position: () => undefined,
  starts: (partitions) => Promise.resolve(partitions.map(() => 0)),
  ends: (partitions) => Promise.resolve(partitions.map(() => 0)),
  close: absent,
  ...over,
});
