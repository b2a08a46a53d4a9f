import { MillraceError } from '../core/errors.ts';
import type { Topology } from '../core/graph.ts';
import type { GroupConsumer, TopicPartition } from '../core/ports/cluster.ts';
import type { CommitResult } from './commit/committer.ts';
import { Assignment } from './group/assignment.ts';
import { BackPressure } from './group/back-pressure.ts';
import { EndTracker } from './group/end-tracker.ts';
import { Feeder } from './group/feeder.ts';
import { markQuiet } from './group/quiet.ts';
import { report } from './group/report.ts';
import { openProcess, type ProcessParts, type RunnerDeps } from './open-process.ts';
import type { RunnerSettings } from './settings.ts';
import type { Task } from './task/task.ts';

const second = 1_000;
const reportEvery = 5_000;

/**
 * Runs the tasks of a topology in this process: one loop of poll, feed and commit, driven step by step.
 *
 * `run` repeats `step` until `stop`; tests and simulators call `step` themselves. A retryable error is dealt with inside; any other is
 * thrown by the next `step` and ends the process, with nothing of the open commit written.
 */
export class Runner {
  readonly #settings: RunnerSettings;
  readonly #parts: ProcessParts;
  readonly #assignment: Assignment;
  readonly #pressure: BackPressure;
  #consumer!: GroupConsumer;
  #ends!: EndTracker;
  #feeder!: Feeder;
  #committing: Promise<void> | undefined;
  #failure: Error | undefined;
  /** When the first record since the last commit was fed; undefined if none was. */
  #dirtySince: number | undefined;
  #quietChecked = 0;
  #reported = Number.NEGATIVE_INFINITY;
  #isStopping = false;

  private constructor(parts: ProcessParts, settings: RunnerSettings) {
    this.#parts = parts;
    this.#settings = settings;
    this.#assignment = new Assignment(parts.env, parts.cluster);
    this.#pressure = new BackPressure(settings.bufferBytes, parts.env.meter, parts.env.topology.name);
  }

  /** Checks the topics, registers the schemas, loads the broadcast tables and joins the group. */
  static async start(topology: Topology, deps: RunnerDeps, settings: RunnerSettings): Promise<Runner> {
    const parts = await openProcess(topology, deps, settings);
    const runner = new Runner(parts, settings);
    runner.#consumer = await parts.cluster.groupConsumer({
      groupId: parts.group,
      topics: parts.topics,
      from: 'earliest',
      listener: {
        assigned: (partitions) => runner.#assigned(partitions),
        revoked: (partitions) => runner.#revoked(partitions),
        lost: (partitions) => runner.#lost(partitions),
      },
    });
    runner.#ends = new EndTracker(runner.#consumer, parts.env.clock, settings.endFreshness);
    runner.#feeder = new Feeder(parts.env, runner.#ends, () => runner.#fed());
    return runner;
  }

  /** The tasks of this process, ready or not. */
  get tasks(): ReadonlyArray<Task> {
    return this.#assignment.all();
  }

  /** Whether nothing waits to be fed or committed. */
  get isDrained(): boolean {
    const isEmpty = this.tasks.every((task) => task.isReady && task.queues.every((queue) => queue.length === 0));
    return isEmpty && this.#dirtySince === undefined && this.#committing === undefined;
  }

  /** Polls once (waiting up to `waitMs` if there is nothing to do), feeds what may be fed, and commits when it is time. Returns the records fed. */
  async step(waitMs: number): Promise<number> {
    this.#rethrow();
    await this.#poll(waitMs);
    this.#rethrow();
    const fed = this.#committing === undefined ? await this.#feeder.feed(this.#assignment.ready()) : await this.#prepare();
    await this.#checkQuiet();
    await this.#report();
    if (this.#committing === undefined && this.#isCommitDue()) this.#beginCommit();
    return fed;
  }

  /** Steps until `stop` is called; then drains, commits and leaves the group. Throws what a step throws. */
  async run(): Promise<void> {
    while (!this.#isStopping) await this.step(this.#settings.commitEvery);
    await this.close();
  }

  /** Makes `run` end after the present step. */
  stop(): void {
    this.#isStopping = true;
  }

  /** Commits what was fed now, not when the interval is over. */
  async commitNow(): Promise<void> {
    await this.#committing;
    this.#beginCommit();
    await this.#committing;
    this.#rethrow();
  }

  /** Commits what was fed, leaves the group and closes. */
  async close(): Promise<void> {
    await this.#committing;
    this.#rethrow();
    await this.#consumer.close();
    await this.abandon();
  }

  /** Closes without committing and without leaving: as after a fatal error. */
  async abandon(): Promise<void> {
    await this.#assignment.close();
    await this.#parts.committer.close();
    for (const table of this.#parts.tables) await table.close();
  }

  async #poll(waitMs: number): Promise<void> {
    const { env } = this.#parts;
    const records = await this.#consumer.poll(this.#settings.pollRecords, this.#pollWait(waitMs));
    const now = env.clock.monotonic();
    for (const record of records) this.#assignment.accept(record, now);
    for (const table of this.#parts.tables) await table.refresh();
    this.#pressure.apply(this.#consumer, this.tasks);
  }

  /** Whoever has work, or a commit to make, does not wait for more. */
  #pollWait(waitMs: number): number {
    if (this.#committing !== undefined) return Math.min(waitMs, 2);
    if (this.#assignment.ready().some((task) => task.queues.some((queue) => queue.length > 0))) return 0;
    if (this.#dirtySince === undefined) return waitMs;
    const due = this.#dirtySince + this.#settings.commitEvery - this.#parts.env.clock.monotonic();
    return Math.max(0, Math.min(waitMs, due));
  }

  async #prepare(): Promise<number> {
    for (const task of this.#assignment.ready()) await task.prepare();
    return 0;
  }

  /** A run has been fed: hands on what was written; if the transaction is lost by that, everything fed in it is read again. */
  async #fed(): Promise<void> {
    this.#dirtySince ??= this.#parts.env.clock.monotonic();
    try {
      await this.#parts.committer.send();
    } catch (error) {
      await this.#restart(await this.#parts.committer.recover(error));
    }
  }

  async #checkQuiet(): Promise<void> {
    const at = this.#parts.env.clock.monotonic();
    if (this.#committing !== undefined || at - this.#quietChecked < second) return;
    this.#quietChecked = at;
    for (const task of this.#assignment.ready()) {
      if (await markQuiet(task, this.#ends, { at, limits: this.#settings })) this.#dirtySince ??= at;
    }
  }

  async #report(): Promise<void> {
    const { env } = this.#parts;
    if (env.clock.monotonic() - this.#reported < reportEvery) return;
    this.#reported = env.clock.monotonic();
    await report(env, this.#consumer, this.tasks);
  }

  #isCommitDue(): boolean {
    if (this.#dirtySince === undefined) return false;
    return this.#parts.env.clock.monotonic() - this.#dirtySince >= this.#settings.commitEvery;
  }

  #beginCommit(): void {
    this.#committing = this.#commit()
      .catch((error: unknown) => {
        this.#failure ??= error instanceof Error ? error : new MillraceError('engine_defect', 'the commit failed', error);
      })
      .finally(() => {
        this.#committing = undefined;
      });
  }

  async #commit(): Promise<void> {
    this.#dirtySince = undefined;
    const result = await this.#parts.committer.commit(this.#consumer, this.#assignment.ready(), (at) => this.#consumer.position(at));
    await this.#restart(result);
  }

  /** Goes on from the last commit: with the state at hand, or where it is not known what was committed, with all of it read anew. */
  async #restart(after: CommitResult): Promise<void> {
    if (after === 'aborted') await this.#rollback();
    if (after === 'renewed') await this.#assignment.reopen(this.#consumer);
  }

  async #rollback(): Promise<void> {
    this.#dirtySince = undefined;
    const tasks = this.#assignment.all();
    for (const task of tasks) task.rollback();
    await this.#consumer.seek(tasks.flatMap((task) => task.queues.map((queue) => ({ ...queue.at, offset: queue.position }))));
  }

  async #assigned(partitions: ReadonlyArray<TopicPartition>): Promise<void> {
    await this.#assignment.add(this.#consumer, partitions);
  }

  /** Still ours: what was fed of them is committed before they go. */
  async #revoked(partitions: ReadonlyArray<TopicPartition>): Promise<void> {
    await this.commitNow();
    await this.#assignment.remove(partitions);
    this.#ends.forget(partitions);
  }

  /** No longer ours: nothing of the open transaction may stand. */
  async #lost(partitions: ReadonlyArray<TopicPartition>): Promise<void> {
    await this.#committing;
    await this.#parts.committer.abort();
    await this.#assignment.remove(partitions);
    this.#ends.forget(partitions);
    await this.#rollback();
  }

  #rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
