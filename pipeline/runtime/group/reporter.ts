import { messageOf } from '../../core/errors.ts';
import type { GroupConsumer } from '../../core/ports/cluster.ts';
import type { Labels } from '../../core/ports/meter.ts';
import type { Task } from '../task/task.ts';
import type { TaskEnv } from '../task/task-env.ts';
import { LagMeasure } from './lag.ts';

const second = 1_000;
const reportEvery = 5_000;

/** A gauge with one label beside the topology's, and the values of the label that it was told with last. */
interface Told {
  readonly gauge: string;
  readonly label: string;
  values: ReadonlySet<string>;
}

const toldOf = (gauge: string, label: string): Told => ({ gauge, label, values: new Set() });

const gaugesOf = () => ({
  entries: toldOf('state_entries', 'node'),
  bytes: toldOf('state_bytes', 'node'),
  buffered: toldOf('buffered_bytes', 'task'),
  clocks: toldOf('stream_time_lag_seconds', 'task'),
  lagRecords: toldOf('lag_records', 'topic'),
  lagSeconds: toldOf('lag_seconds', 'topic'),
});

type Gauges = ReturnType<typeof gaugesOf>;

const add = (sums: Map<string, number>, name: string, by: number): void => {
  sums.set(name, (sums.get(name) ?? 0) + by);
};

/** The sums of a gauge by one label. What was told before and is no more, since its tasks have moved away, is told to be nothing. */
const gaugeAll = (env: TaskEnv, told: Told, sums: ReadonlyMap<string, number>): void => {
  const label = (value: string): Labels => ({ topology: env.topology.name, [told.label]: value });
  for (const value of told.values) if (!sums.has(value)) env.meter.gauge(told.gauge, label(value), 0);
  for (const [value, sum] of sums) env.meter.gauge(told.gauge, label(value), sum);
  told.values = new Set(sums.keys());
};

const reportState = (env: TaskEnv, told: Gauges, tasks: ReadonlyArray<Task>): void => {
  const entries = new Map<string, number>();
  const bytes = new Map<string, number>();
  for (const [node, store] of tasks.flatMap((task) => [...task.nodes.stores])) {
    const size = store.size();
    add(entries, node, size.entries);
    add(bytes, node, size.bytes);
  }
  gaugeAll(env, told.entries, entries);
  gaugeAll(env, told.bytes, bytes);
};

const reportTasks = (env: TaskEnv, told: Gauges, tasks: ReadonlyArray<Task>): void => {
  const topology = env.topology.name;
  const ready = tasks.filter((task) => task.isReady);
  env.meter.gauge('tasks', { topology, state: 'ready' }, ready.length);
  env.meter.gauge('tasks', { topology, state: 'restoring' }, tasks.length - ready.length);
  const clocks = ready.filter(({ streamTime }) => Number.isFinite(streamTime));
  gaugeAll(env, told.buffered, new Map(ready.map(({ id, queues }) => [id, queues.reduce((sum, queue) => sum + queue.bytes, 0)])));
  gaugeAll(env, told.clocks, new Map(clocks.map(({ id, streamTime }) => [id, (env.clock.now() - streamTime) / second])));
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
  readonly #gauges = gaugesOf();
  readonly #lag: LagMeasure;
  #reported = Number.NEGATIVE_INFINITY;

  constructor(env: TaskEnv) {
    this.#env = env;
    this.#lag = new LagMeasure(env.clock);
  }

  /** Reports if it is time to. */
  async turn(consumer: GroupConsumer, tasks: ReadonlyArray<Task>): Promise<void> {
    const now = this.#env.clock.monotonic();
    if (now - this.#reported < reportEvery) return;
    this.#reported = now;
    reportTasks(this.#env, this.#gauges, tasks);
    reportState(this.#env, this.#gauges, tasks);
    await this.#reportLag(consumer, tasks).catch(untold(this.#env, 'the lag could not be measured'));
    await followChangelogs(consumer, tasks).catch(untold(this.#env, 'the ends of the changelogs could not be asked for'));
  }
  /** Asks the brokers for the end of each partition; what cannot be asked now is left as it was. */
  async #reportLag(consumer: GroupConsumer, tasks: ReadonlyArray<Task>): Promise<void> {
    const { meter, topology } = this.#env;
    const places = tasks.flatMap((task) => task.queues).map(({ at }) => at);
    const lags = this.#lag.take(tasks, await consumer.ends(places, 'committed'));
    gaugeAll(this.#env, this.#gauges.lagRecords, new Map([...lags].map(([topic, { records }]) => [topic, records])));
    gaugeAll(this.#env, this.#gauges.lagSeconds, new Map([...lags].map(([topic, { age }]) => [topic, age / second])));
    for (const [topic, { read, written }] of lags) {
      meter.count('processed_offsets_total', { topology: topology.name, topic }, read);
      meter.count('appended_offsets_total', { topology: topology.name, topic }, written);
    }
  }
}
