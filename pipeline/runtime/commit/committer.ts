import { type ErrorCode, messageOf, MillraceError } from '../../core/errors.ts';
import { patiently } from '../../core/patiently.ts';
import type { Cluster, CommittedOffset, GroupConsumer, TransactionalProducer } from '../../core/ports/cluster.ts';
import type { PositionOf, Task } from '../task/task.ts';
import type { TaskEnv } from '../task/task-env.ts';

/** What came of a commit: done; nothing to do; rolled back with the same producer, or with a new one since the old is of no use. */
export type CommitResult = 'committed' | 'nothing' | 'aborted' | 'renewed';

/** Who the producer of a process is: the group that its tasks share, and what tells it from the other processes. */
export interface Identity {
  readonly group: string;
  readonly slot: string;
}

const milliseconds = 1_000;
/** How long a new producer is asked for when one is of no use any more; then the process ends. */
const renewal = { firstMs: 100, mostMs: 10_000, budgetMs: 300_000 };

/** The offsets as they are. Sent where none has moved, they have the broker check that the tasks are still ours. */
const standing = (tasks: ReadonlyArray<Task>): ReadonlyArray<CommittedOffset> =>
  tasks.flatMap(({ queues }) => queues.map(({ at, committed }) => ({ ...at, ...committed })));

/** The one transactional producer of a process and the order of a commit. */
export class Committer {
  readonly #env: TaskEnv;
  readonly #cluster: Cluster;
  readonly #identity: Identity;
  #producer!: TransactionalProducer;
  #isOpen = false;
  #isClosed = false;

  private constructor(env: TaskEnv, cluster: Cluster, identity: Identity) {
    this.#env = env;
    this.#cluster = cluster;
    this.#identity = identity;
  }

  /** Initialises transactions under `<group>-<slot>`, which fences whoever had that before. */
  static async open(env: TaskEnv, cluster: Cluster, identity: Identity): Promise<Committer> {
    const committer = new Committer(env, cluster, identity);
    await committer.#initialise();
    return committer;
  }

  /** Hands what waits in the outbox to the client, which sends it while the tasks go on; begins the transaction with the first record. */
  async send(): Promise<void> {
    if (this.#env.outbox.waiting === 0) return;
    await this.#begin();
    while (this.#env.outbox.waiting > 0) {
      const sent = this.#env.outbox.drainInto((record) => this.#producer.produce(record));
      if (sent === 0 || this.#env.outbox.waiting > 0) await this.#producer.drain();
    }
  }

  /**
   * One commit, in order: flush the tasks, stage their changes and clocks, produce, send the offsets, commit, publish the state.
   * `tasks` are all tasks of the process that are ready; none of them may be fed until it has settled.
   */
  async commit(consumer: GroupConsumer, tasks: ReadonlyArray<Task>, positionOf: PositionOf): Promise<CommitResult> {
    const started = this.#env.clock.monotonic();
    const oldest = Math.min(...tasks.map((task) => task.oldestFed));
    try {
      if (!(await this.#commitAll(consumer, tasks, positionOf))) return 'nothing';
    } catch (error) {
      return this.recover(error);
    }
    this.#measure(started, oldest);
    return 'committed';
  }

  #measure(started: number, oldest: number): void {
    const { clock, meter } = this.#env;
    meter.observe('commit_seconds', this.#labels(), (clock.monotonic() - started) / milliseconds);
    if (Number.isFinite(oldest)) meter.observe('commit_age_seconds', this.#labels(), Math.max(0, clock.now() - oldest) / milliseconds);
  }

  /** Gives up what is open, if anything is; the tasks must be rolled back by the caller. */
  async abort(): Promise<void> {
    this.#env.outbox.clear();
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#producer.abort();
    this.#env.meter.count('transaction_aborts_total', this.#labels(), 1);
  }

  /** As `abort`, with a new producer if that fails. */
  async giveUp(): Promise<'aborted' | 'renewed'> {
    const failed = await this.#tryAbort();
    if (failed === undefined) return 'aborted';
    await this.#renew(failed);
    return 'renewed';
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#producer.close();
  }

  /** Returns false if there is nothing to commit. */
  async #commitAll(consumer: GroupConsumer, tasks: ReadonlyArray<Task>, positionOf: PositionOf): Promise<boolean> {
    for (const task of tasks) await task.signal('flush');
    for (const task of tasks) task.stage();
    const offsets = new Map(tasks.map((task) => [task, task.offsets(positionOf)]));
    const moved = [...offsets.values()].flat();
    if (moved.length === 0 && !this.#isOpen && this.#env.outbox.waiting === 0) return false;
    await this.#transact(consumer, moved.length > 0 ? moved : standing(tasks));
    for (const [task, own] of offsets) await task.committed(own);
    return true;
  }

  async #transact(consumer: GroupConsumer, offsets: ReadonlyArray<CommittedOffset>): Promise<void> {
    await this.#begin();
    await this.send();
    if (offsets.length > 0) await this.#producer.sendOffsets(consumer, offsets);
    await this.#producer.commit();
    this.#isOpen = false;
  }

  async #begin(): Promise<void> {
    if (this.#isOpen) return;
    await this.#producer.begin();
    this.#isOpen = true;
  }

  /**
   * Gives up the open transaction after an error. An abort keeps the producer; whatever else went wrong leaves open what became of the
   * transaction, and a new producer ends it. Throws what cannot be tried again.
   */
  async recover(error: unknown): Promise<'aborted' | 'renewed'> {
    const { code, message } = this.#retryable(error);
    this.#env.log.warn({ code, error: message }, 'the commit failed and is rolled back');
    if (code === 'transaction_aborted' && this.#isOpen) return this.giveUp();
    await this.#renew(code);
    return 'renewed';
  }

  /** Resolves to why the abort failed, if it did and a new producer can help. */
  async #tryAbort(): Promise<ErrorCode | undefined> {
    try {
      await this.abort();
      return undefined;
    } catch (error) {
      return this.#retryable(error).code;
    }
  }

  /** The error, if what failed with it can be tried again. Else throws it; to be fenced is told in words of our own. */
  #retryable(error: unknown): MillraceError {
    if (!(error instanceof MillraceError)) throw error;
    if (error.code === 'fenced') throw this.#fencedBy(error);
    if (!error.retryable) throw error;
    return error;
  }

  #fencedBy(error: MillraceError): MillraceError {
    const { group, slot } = this.#identity;
    const message = `Another process of the group '${group}' runs under the slot '${slot}' and has taken over: ${error.message}`;
    return new MillraceError('fenced', message, error);
  }

  /** Waits for the cluster as long as its budget lasts. The new producer has what the old one left open finished or rolled back. */
  async #renew(code: ErrorCode): Promise<void> {
    this.#env.outbox.clear();
    this.#isOpen = false;
    this.#env.meter.count('producer_renewals_total', { ...this.#labels(), code }, 1);
    await this.#producer.close().catch(() => undefined);
    await patiently(() => this.#initialise(), {
      clock: this.#env.clock,
      limits: renewal,
      isOver: () => this.#isClosed,
      onRetry: (error, waitMs) =>
        this.#env.log.warn({ error: messageOf(error), wait_ms: waitMs }, 'a new producer cannot be had; it is tried again'),
    });
    this.#env.log.info({ code }, 'a new producer goes on');
  }

  async #initialise(): Promise<void> {
    const { group, slot } = this.#identity;
    this.#producer = await this.#cluster.transactionalProducer(`${group}-${slot}`);
  }

  #labels(): Readonly<Record<string, string>> {
    return { topology: this.#env.topology.name };
  }
}
