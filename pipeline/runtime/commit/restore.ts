import { messageOf } from '../../core/errors.ts';
import { patiently } from '../../core/patiently.ts';
import type { Cluster, LogRecord, Reader, TopicPartition } from '../../core/ports/cluster.ts';
import type { Changelog } from '../task/changelogs.ts';
import type { Task } from '../task/task.ts';
import type { TaskEnv } from '../task/task-env.ts';
import { RestoreProgress } from './restore-progress.ts';

const pollRecords = 5_000;
const pollMs = 100;
/** A restore that takes longer than this many ms notes on the way how far it has come, so that one that is cut short goes on from there. */
const publishEvery = 5_000;
/** How long a restore is tried again while the cluster does not answer; then the process ends. */
const trying = { firstMs: 100, mostMs: 10_000, budgetMs: 300_000 };

interface Target extends TopicPartition {
  readonly changelog: Changelog;
  /** Where to begin: after what the store has, and after what was reset. */
  readonly begin: number;
  /** The end that has to be passed. */
  readonly end: number;
}

/** Where a store stands in its changelog; one that does not belong to what the log is now is emptied. */
const positionOf = (
  { log }: TaskEnv,
  { store, place }: Changelog,
  { low, high }: { readonly low: number; readonly high: number },
): number => {
  const position = store.position();
  if (position === 0 || (position >= low && position <= high)) return position;
  const { task, node } = place;
  log.warn(
    { task, node, position, low, high },
    'the state on disk is not used: the changelog does not go on where it stands, and it is rebuilt',
  );
  store.clear();
  return 0;
};

const targetsOf = async (env: TaskEnv, task: Task, reader: Reader): Promise<ReadonlyArray<Target>> => {
  const targets: Target[] = [];
  for (const changelog of task.nodes.changelogs.values()) {
    const { topic, partition, begin } = changelog.place.changelog;
    const ends = await reader.watermarks({ topic, partition }, 'uncommitted');
    if (task.isClosed) return [];
    const position = positionOf(env, changelog, ends);
    changelog.position.restored(position);
    const from = Math.max(position, begin);
    if (Math.max(ends.low, from) < ends.high) targets.push({ topic, partition, changelog, begin: from, end: ends.high });
  }
  return targets;
};

/** What a task reads to have its state. */
class Restore {
  readonly #task: Task;
  readonly #reader: Reader;
  readonly #targets: ReadonlyArray<Target>;
  readonly #byTopic: ReadonlyMap<string, Target>;

  constructor(task: Task, reader: Reader, targets: ReadonlyArray<Target>) {
    this.#task = task;
    this.#reader = reader;
    this.#targets = targets;
    this.#byTopic = new Map(targets.map((target) => [target.topic, target]));
  }

  /** Reads to the end, or until the task is closed. */
  async run(env: TaskEnv): Promise<void> {
    await this.#reader.assign(this.#targets.map(({ topic, partition, begin }) => ({ topic, partition, offset: begin })));
    const progress = new RestoreProgress(
      env,
      this.#task.id,
      this.#targets.reduce((sum, { begin, end }) => sum + end - begin, 0),
    );
    let published = env.clock.monotonic();
    while (!this.#isDone) {
      const records = await this.#reader.poll(pollRecords, pollMs);
      if (this.#task.isClosed) return;
      this.#apply(records);
      progress.add(records.length);
      if (env.clock.monotonic() - published < publishEvery) continue;
      await this.#publish();
      published = env.clock.monotonic();
    }
    await this.#publish();
    progress.done();
  }

  get #isDone(): boolean {
    return this.#targets.every((target) => this.#position(target) >= target.end);
  }

  #position(target: Target): number {
    return this.#reader.position(target) ?? 0;
  }

  #apply(records: ReadonlyArray<LogRecord>): void {
    for (const { topic, key, value } of records) {
      if (key !== null) this.#byTopic.get(topic)?.changelog.store.restore({ key, value });
    }
  }

  /** All that was polled has been applied, so each store has what is below the reader's position. */
  async #publish(): Promise<void> {
    for (const target of this.#targets) {
      const { store, position } = target.changelog;
      position.restored(Math.max(target.begin, this.#position(target)));
      await store.publish(position.at);
    }
  }
}

const restoreOnce = async (env: TaskEnv, cluster: Cluster, task: Task): Promise<void> => {
  const reader = await cluster.reader('committed');
  try {
    const targets = await targetsOf(env, task, reader);
    if (targets.length > 0) await new Restore(task, reader, targets).run(env);
  } finally {
    await reader.close();
  }
};

/**
 * Brings a task's stores to its committed state: reads each changelog committed, from where the store stands, until it has passed the
 * uncommitted end offset, which is taken here, after the caller has fetched the group's committed offsets as stable (else old state would
 * meet newer offsets). Begins again where a store stands if the cluster does not answer, for five minutes. Ends early, without complaint,
 * when the task is closed meanwhile.
 */
export const restoreTask = async (env: TaskEnv, cluster: Cluster, task: Task): Promise<void> => {
  if (task.nodes.changelogs.size === 0) return;
  const { clock, log } = env;
  const onRetry = (error: unknown, waitMs: number): void =>
    log.warn({ task: task.id, error: messageOf(error), wait_ms: waitMs }, 'the state cannot be restored; it is tried again');
  await patiently(() => restoreOnce(env, cluster, task), { clock, limits: trying, onRetry, isOver: () => task.isClosed });
};
