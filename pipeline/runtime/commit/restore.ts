import { internalTopic } from '../../core/internal-topics.ts';
import type { Cluster, LogRecord, Reader, TopicPartition } from '../../core/ports/cluster.ts';
import type { StateStore } from '../../core/ports/store.ts';
import type { Task } from '../task/task.ts';
import type { TaskEnv } from '../task/task-env.ts';

const pollRecords = 5_000;
const pollMs = 100;
const second = 1_000;

interface Target extends TopicPartition {
  readonly node: string;
  readonly store: StateStore<unknown>;
  /** Where to begin: after what the store has, and after what was reset. */
  readonly begin: number;
  /** The end that has to be passed. */
  readonly end: number;
}

const targetsOf = async (env: TaskEnv, task: Task, reader: Reader): Promise<ReadonlyArray<Target>> => {
  const targets: Target[] = [];
  for (const [node, store] of task.nodes.stores) {
    const place = { topic: internalTopic(env.topology.name, node, 'changelog'), partition: task.partition };
    const { low, high } = await reader.watermarks(place, 'uncommitted');
    const begin = Math.max(store.position(), env.begins?.[node]?.[task.partition] ?? 0);
    if (Math.max(low, begin) < high) targets.push({ ...place, node, store, begin, end: high });
  }
  return targets;
};

const isPassed = (reader: Reader, target: Target): boolean => (reader.position(target) ?? 0) >= target.end;

/** Shows how far a restore has come, once a second. */
class Progress {
  readonly #env: TaskEnv;
  readonly #task: string;
  readonly #total: number;
  readonly #started: number;
  #shown: number;
  #records = 0;

  constructor(env: TaskEnv, task: string, total: number) {
    this.#env = env;
    this.#task = task;
    this.#total = total;
    this.#started = env.clock.monotonic();
    this.#shown = this.#started;
  }

  add(records: number): void {
    this.#records += records;
    this.#env.meter.count('restore_records_total', { topology: this.#env.topology.name }, records);
    const now = this.#env.clock.monotonic();
    if (now - this.#shown < second) return;
    this.#shown = now;
    this.#env.log.info(this.#fields(now), 'restoring state');
  }

  done(): void {
    this.#env.log.info(this.#fields(this.#env.clock.monotonic()), 'state restored');
  }

  #fields(now: number): Readonly<Record<string, unknown>> {
    const elapsed = Math.max(now - this.#started, 1);
    const rate = Math.round((this.#records * second) / elapsed);
    return { task: this.#task, records: this.#records, offsets: this.#total, ms: Math.round(elapsed), records_per_second: rate };
  }
}

const apply = (records: ReadonlyArray<LogRecord>, stores: ReadonlyMap<string, StateStore<unknown>>): void => {
  for (const { topic, key, value } of records) {
    if (key !== null) stores.get(topic)?.restore({ key, value });
  }
};

/**
 * Brings a task's stores to its committed state: reads each changelog committed until it has passed the uncommitted end offset, which is
 * taken here, after the caller has fetched the group's committed offsets as stable (else old state would meet newer offsets).
 */
export const restoreTask = async (env: TaskEnv, cluster: Cluster, task: Task): Promise<void> => {
  if (task.nodes.stores.size === 0) return;
  const reader = await cluster.reader('committed');
  try {
    const targets = await targetsOf(env, task, reader);
    if (targets.length === 0) return;
    await reader.assign(targets.map(({ topic, partition, begin }) => ({ topic, partition, offset: begin })));
    const stores = new Map(targets.map(({ topic, store }) => [topic, store]));
    const progress = new Progress(
      env,
      task.id,
      targets.reduce((sum, { end }) => sum + end, 0),
    );
    while (!targets.every((target) => isPassed(reader, target))) {
      const records = await reader.poll(pollRecords, pollMs);
      apply(records, stores);
      progress.add(records.length);
    }
    progress.done();
  } finally {
    await reader.close();
  }
};
