import { MillraceError } from '../../core/errors.ts';
import type { Cluster, CommittedOffset, GroupConsumer, TransactionalProducer } from '../../core/ports/cluster.ts';
import type { PositionOf, Task } from '../task/task.ts';
import type { TaskEnv } from '../task/task-env.ts';

/** What came of a commit: done; nothing to do; rolled back with the same producer, or with a new one since the old is of no use. */
export type CommitResult = 'committed' | 'nothing' | 'aborted' | 'renewed';

const milliseconds = 1_000;

/** The offsets as they are. Sent where none has moved, they have the broker check that the tasks are still ours. */
const standing = (tasks: ReadonlyArray<Task>): ReadonlyArray<CommittedOffset> =>
  tasks.flatMap(({ queues }) => queues.map(({ at, committed }) => ({ ...at, ...committed })));

/** The one transactional producer of a process and the order of a commit. */
export class Committer {
  readonly #env: TaskEnv;
  readonly #cluster: Cluster;
  readonly #transactionalId: string;
  #producer: TransactionalProducer;
  #isOpen = false;

  private constructor(env: TaskEnv, cluster: Cluster, own: { readonly transactionalId: string; readonly producer: TransactionalProducer }) {
    this.#env = env;
    this.#cluster = cluster;
    this.#transactionalId = own.transactionalId;
    this.#producer = own.producer;
  }

  static async open(env: TaskEnv, cluster: Cluster, transactionalId: string): Promise<Committer> {
    return new Committer(env, cluster, { transactionalId, producer: await cluster.transactionalProducer(transactionalId) });
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
    this.#env.meter.count('transaction_aborts_total', this.#labels(), 1);
    await this.#producer.abort();
  }

  /** As `abort`, with a new producer if that fails. */
  async giveUp(): Promise<'aborted' | 'renewed'> {
    if (await this.#tryAbort()) return 'aborted';
    await this.#renew();
    return 'renewed';
  }

  async close(): Promise<void> {
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
    if (!(error instanceof MillraceError) || !error.retryable) throw error;
    this.#env.log.warn({ code: error.code, error: error.message }, 'the commit failed and is rolled back');
    if (error.code === 'transaction_aborted' && this.#isOpen) return this.giveUp();
    await this.#renew();
    return 'renewed';
  }

  async #tryAbort(): Promise<boolean> {
    try {
      await this.abort();
      return true;
    } catch (error) {
      if (error instanceof MillraceError) return false;
      throw error;
    }
  }

  async #renew(): Promise<void> {
    this.#env.outbox.clear();
    this.#isOpen = false;
    await this.#producer.close().catch(() => undefined);
    this.#producer = await this.#cluster.transactionalProducer(this.#transactionalId);
  }

  #labels(): Readonly<Record<string, string>> {
    return { topology: this.#env.topology.name };
  }
}
