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
/** Bytes of keys and values after which a store is published, which may go on while it is replayed further; at most twice as many are held. */
const publishBytes = 8 * 1024 * 1024;
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

/** A store that is replayed. One publish of it is under way at most: who replays faster than it writes waits for it. */
class Replay {
  readonly #target: Target;
  #bytes = 0;
  #publishing: Promise<void> = Promise.resolve();

  constructor(target: Target) {
    this.#target = target;
  }

  get target(): Target {
    return this.#target;
  }

  /** Whether it is time to publish. */
  get isDue(): boolean {
    return this.#bytes >= publishBytes;
  }

  apply(key: Buffer, value: Buffer | null): void {
    this.#target.changelog.store.restore({ key, value });
    this.#bytes += key.length + (value?.length ?? 0);
  }

  /** Begins to publish, once the last publish has ended, whose error it throws. All below `position` has been applied. */
  async publish(position: number): Promise<void> {
    await this.#publishing;
    const { store, position: known } = this.#target.changelog;
    this.#bytes = 0;
    known.restored(Math.max(this.#target.begin, position));
    this.#publishing = store.publish(known.at);
    this.#publishing.catch(() => undefined);
  }

  /** Resolves when nothing is under way; rejects if the last publish failed. */
  done(): Promise<void> {
    return this.#publishing;
  }
}

/** What a task reads to have its state. */
class Restore {
  readonly #task: Task;
  readonly #reader: Reader;
  readonly #targets: ReadonlyArray<Target>;
  readonly #replays: ReadonlyMap<string, Replay>;

  constructor(task: Task, reader: Reader, targets: ReadonlyArray<Target>) {
    this.#task = task;
    this.#reader = reader;
    this.#targets = targets;
    this.#replays = new Map(targets.map((target) => [target.topic, new Replay(target)]));
  }

  /** Reads to the end, or until the task is closed. Nothing is under way when it ends. */
  async run(env: TaskEnv): Promise<void> {
    await this.#reader.assign(this.#targets.map(({ topic, partition, begin }) => ({ topic, partition, offset: begin })));
    const offsets = this.#targets.reduce((sum, { begin, end }) => sum + end - begin, 0);
    const progress = new RestoreProgress(env, this.#task.id, offsets);
    try {
      await this.#read(env, progress);
      if (this.#task.isClosed) return;
      await this.#publish(() => true);
    } finally {
      await Promise.allSettled(this.#all.map((replay) => replay.done()));
    }
    await Promise.all(this.#all.map((replay) => replay.done()));
    progress.done();
  }

  async #read({ clock }: TaskEnv, progress: RestoreProgress): Promise<void> {
    let published = clock.monotonic();
    while (!this.#isDone) {
      const records = await this.#reader.poll(pollRecords, pollMs);
      if (this.#task.isClosed) return;
      this.#apply(records);
      progress.add(records.length);
      const isLate = clock.monotonic() - published >= publishEvery;
      await this.#publish((replay) => isLate || replay.isDue);
      if (isLate) published = clock.monotonic();
    }
  }

  get #all(): ReadonlyArray<Replay> {
    return [...this.#replays.values()];
  }

  get #isDone(): boolean {
    return this.#targets.every((target) => this.#position(target) >= target.end);
  }

  #position(target: Target): number {
    return this.#reader.position(target) ?? 0;
  }

  #apply(records: ReadonlyArray<LogRecord>): void {
    for (const { topic, key, value } of records) if (key !== null) this.#replays.get(topic)?.apply(key, value);
  }

  /** All that was polled has been applied, so each store has what is below the reader's position. */
  async #publish(isDue: (replay: Replay) => boolean): Promise<void> {
    for (const replay of this.#all) if (isDue(replay)) await replay.publish(this.#position(replay.target));
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
