import { messageOf } from '../../core/errors.ts';
import type { GroupConsumer } from '../../core/ports/cluster.ts';
import type { Task } from '../task/task.ts';
import type { TaskEnv } from '../task/task-env.ts';

const second = 1_000;
const reportEvery = 5_000;

const add = (sums: Map<string, number>, name: string, by: number): void => {
  sums.set(name, (sums.get(name) ?? 0) + by);
};

const reportState = (env: TaskEnv, tasks: ReadonlyArray<Task>): void => {
  const entries = new Map<string, number>();
  const bytes = new Map<string, number>();
  for (const [node, store] of tasks.flatMap((task) => [...task.nodes.stores])) {
    const size = store.size();
    add(entries, node, size.entries);
    add(bytes, node, size.bytes);
  }
  for (const [node, count] of entries) env.meter.gauge('state_entries', { topology: env.topology.name, node }, count);
  for (const [node, count] of bytes) env.meter.gauge('state_bytes', { topology: env.topology.name, node }, count);
};

const reportTasks = (env: TaskEnv, tasks: ReadonlyArray<Task>): void => {
  const topology = env.topology.name;
  const ready = tasks.filter((task) => task.isReady);
  env.meter.gauge('tasks', { topology, state: 'ready' }, ready.length);
  env.meter.gauge('tasks', { topology, state: 'restoring' }, tasks.length - ready.length);
  for (const task of ready) {
    const buffered = task.queues.reduce((sum, queue) => sum + queue.bytes, 0);
    env.meter.gauge('buffered_bytes', { topology, task: task.id }, buffered);
    if (Number.isFinite(task.streamTime)) {
      env.meter.gauge('stream_time_lag_seconds', { topology, task: task.id }, (env.clock.now() - task.streamTime) / second);
    }
  }
};

/** Asks the brokers for the end of each partition; what cannot be asked now is left as it was. */
const reportLag = async (env: TaskEnv, consumer: GroupConsumer, tasks: ReadonlyArray<Task>): Promise<void> => {
  const lags = new Map<string, number>();
  const queues = tasks.flatMap((task) => task.queues);
  const ends = await consumer.ends(
    queues.map(({ at }) => at),
    'committed',
  );
  for (const [nth, queue] of queues.entries()) {
    add(lags, queue.at.topic, Math.max(0, (ends[nth] ?? 0) - Math.max(queue.position, queue.committed.offset)));
  }
  for (const [topic, lag] of lags) env.meter.gauge('lag_records', { topology: env.topology.name, topic }, lag);
};

/** Where the changelogs end, which is how far stores on disk stand after the next commit. Those in memory stand at nothing. */
const followChangelogs = async (consumer: GroupConsumer, tasks: ReadonlyArray<Task>): Promise<void> => {
  const changelogs = tasks.filter((task) => task.isReady).flatMap((task) => [...task.nodes.changelogs.values()]);
  const kept = changelogs.filter(({ store }) => store.position() > 0);
  const ends = await consumer.ends(
    kept.map(({ place }) => place.changelog),
    'uncommitted',
  );
  for (const [nth, { position }] of kept.entries()) {
    const end = ends[nth];
    if (end !== undefined) position.saw(end);
  }
};

const untold =
  ({ log }: TaskEnv, message: string) =>
  (error: unknown): void =>
    log.warn({ error: messageOf(error) }, message);

/**
 * Sets the gauges of a process every five seconds: its tasks, their clocks, buffers and state, and how far they are behind. Lets the tasks
 * know where their changelogs end.
 */
export class Reporter {
  readonly #env: TaskEnv;
  #reported = Number.NEGATIVE_INFINITY;

  constructor(env: TaskEnv) {
    this.#env = env;
  }

  /** Reports if it is time to. */
  async turn(consumer: GroupConsumer, tasks: ReadonlyArray<Task>): Promise<void> {
    const now = this.#env.clock.monotonic();
    if (now - this.#reported < reportEvery) return;
    this.#reported = now;
    reportTasks(this.#env, tasks);
    reportState(this.#env, tasks);
    await reportLag(this.#env, consumer, tasks).catch(untold(this.#env, 'the lag could not be measured'));
    await followChangelogs(consumer, tasks).catch(untold(this.#env, 'the ends of the changelogs could not be asked for'));
  }
}
