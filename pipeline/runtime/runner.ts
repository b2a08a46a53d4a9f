import { MillraceError } from '../core/errors.ts';
import type { Topology } from '../core/graph.ts';
import type { GroupConsumer, TopicPartition } from '../core/ports/cluster.ts';
import type { CommitResult } from './commit/committer.ts';
import { Assignment } from './group/assignment.ts';
import { BackPressure } from './group/back-pressure.ts';
import { EndTracker } from './group/end-tracker.ts';
import { Feeder } from './group/feeder.ts';
import { markQuiet } from './group/quiet.ts';
import { Onlookers } from './group/onlookers.ts';
import { Reporter } from './group/reporter.ts';
import { openProcess, type ProcessParts, type RunnerDeps } from './open-process.ts';
import type { RunnerSettings } from './settings.ts';
import type { Task } from './task/task.ts';

const second = 1_000;
/** ms after which to look again where waiting is not for records alone. */
const soon = 2;

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
  readonly #reporter: Reporter;
  readonly #onlookers = new Onlookers();
  #consumer!: GroupConsumer;
  #ends!: EndTracker;
  #feeder!: Feeder;
  #committing: Promise<void> | undefined;
  /** What came of a commit that failed, until everything has gone back to the last one. */
  #undone: CommitResult = 'nothing';
  /** Whether partitions are about to leave: their tasks may not be fed any more. */
  #isHandingOver = false;
  #failure: Error | undefined;
  /** When the first record since the last commit was fed; undefined if none was. */
  #dirtySince: number | undefined;
  #quietChecked = 0;
  #isStopping = false;

  private constructor(parts: ProcessParts, settings: RunnerSettings) {
    this.#parts = parts;
    this.#settings = settings;
    this.#assignment = new Assignment(parts.env, parts.cluster);
    this.#reporter = new Reporter(parts.env);
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
      instanceId: settings.isStatic === true ? settings.slot : undefined,
      listener: {
        assigned: (partitions) => runner.#assignment.add(runner.#consumer, partitions),
        revoked: (partitions) => runner.#handOver(partitions, () => runner.commitNow()),
        lost: (partitions) => runner.#handOver(partitions, () => runner.#giveUp()),
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
    return this.#assignment.isDrained && this.#isClean;
  }

  /** Polls once (waiting up to `waitMs` if there is nothing to do), feeds what may be fed, and commits when it is time. Returns the records fed. */
  async step(waitMs: number): Promise<number> {
    this.#rethrow();
    await this.#poll(waitMs);
    this.#rethrow();
    if (this.#committing === undefined && !this.#isHandingOver) await this.#restart();
    if (this.#isClean) this.#onlookers.letIn();
    const fed = this.#isHeld ? await this.#assignment.prepare(this.#isHandingOver) : await this.#feeder.feed(this.#assignment.ready());
    await this.#checkQuiet();
    await this.#reporter.turn(this.#consumer, this.tasks);
    if (!this.#isHeld && this.#commitIn <= 0) this.#beginCommit();
    return fed;
  }

  /** What `look` gives at the next moment at which the state of the tasks is as it was committed; rejects when the process ends before. */
  committed<R>(look: (tasks: ReadonlyArray<Task>) => R): Promise<R> {
    return this.#onlookers.wait(() => look(this.tasks));
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
    await this.#settle();
    this.#beginCommit();
    await this.#settle();
  }

  /** Commits what was fed, leaves the group and closes. */
  async close(): Promise<void> {
    await this.#settle();
    await this.#consumer.close();
    await this.abandon();
  }

  /** Closes without committing and without leaving: as after a fatal error. */
  async abandon(): Promise<void> {
    this.#onlookers.end();
    await this.#assignment.close();
    await this.#parts.committer.close();
    for (const table of this.#parts.tables) await table.close();
  }

  /** Whether no task may be fed: a commit is going on or has to be undone, or partitions are leaving. */
  get #isHeld(): boolean {
    return this.#committing !== undefined || this.#undone !== 'nothing' || this.#isHandingOver;
  }

  get #isClean(): boolean {
    return this.#dirtySince === undefined && !this.#isHeld;
  }

  /** Waits for the commit that is going on, and goes back if it failed. */
  async #settle(): Promise<void> {
    await this.#committing;
    this.#rethrow();
    await this.#restart();
  }

  async #poll(waitMs: number): Promise<void> {
    const { env } = this.#parts;
    this.#pressure.apply(this.#consumer, this.tasks);
    const records = await this.#consumer.poll(this.#settings.pollRecords, this.#pollWait(waitMs));
    const now = env.clock.monotonic();
    for (const record of records) this.#assignment.accept(record, now);
    for (const table of this.#parts.tables) await table.refresh();
  }

  /** Whoever has work that can be done, or a commit to make, does not wait for more. */
  #pollWait(waitMs: number): number {
    if (this.#isHeld) return Math.min(waitMs, soon);
    const hasWork = this.#assignment.ready().some((task) => task.queues.some((queue) => queue.length > 0));
    if (hasWork) return this.#feeder.isStuck ? Math.min(waitMs, soon) : 0;
    return Math.max(0, Math.min(waitMs, this.#commitIn));
  }

  /** A run has been fed: hands on what was written; if the transaction is lost by that, everything fed in it is read again. */
  async #fed(): Promise<void> {
    this.#dirtySince ??= this.#parts.env.clock.monotonic();
    try {
      await this.#parts.committer.send();
    } catch (error) {
      this.#undone = await this.#parts.committer.recover(error);
      await this.#restart();
    }
  }

  async #checkQuiet(): Promise<void> {
    const at = this.#parts.env.clock.monotonic();
    if (this.#isHeld || at - this.#quietChecked < second) return;
    this.#quietChecked = at;
    for (const task of this.#assignment.ready()) {
      if (await markQuiet(task, this.#ends, { at, limits: this.#settings })) this.#dirtySince ??= at;
    }
  }

  /** ms until the next commit is due; Infinity if there is nothing to commit. */
  get #commitIn(): number {
    if (this.#dirtySince === undefined) return Number.POSITIVE_INFINITY;
    return this.#dirtySince + this.#settings.commitEvery - this.#parts.env.clock.monotonic();
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

  /**
   * A failed commit is undone by the next step and not here: what is being polled meanwhile would come after the seek back. For the same
   * reason the positions are those of now, when nothing that was read is still on its way.
   */
  async #commit(): Promise<void> {
    this.#dirtySince = undefined;
    const tasks = this.#assignment.ready();
    const positions = new Map(tasks.flatMap(({ queues }) => queues.map(({ at }) => [at, this.#consumer.position(at)])));
    const result = await this.#parts.committer.commit(this.#consumer, tasks, (at) => positions.get(at));
    if (result !== 'committed') this.#undone = result;
  }

  /** Goes on from the last commit: with the state at hand, or where it is not known what was committed, with all of it read anew. */
  async #restart(): Promise<void> {
    const after = this.#undone;
    if (after === 'nothing') return;
    this.#dirtySince = undefined;
    if (after === 'renewed') await this.#assignment.reopen(this.#consumer);
    else await this.#assignment.rollback(this.#consumer);
    this.#undone = 'nothing';
  }

  /** Nothing of the open transaction may stand. */
  async #giveUp(): Promise<void> {
    await this.#settle();
    this.#undone = await this.#parts.committer.giveUp();
  }

  /** Lets partitions go, after what was fed of them has been committed or, if they are no longer ours, given up. */
  async #handOver(partitions: ReadonlyArray<TopicPartition>, settle: () => Promise<void>): Promise<void> {
    this.#isHandingOver = true;
    try {
      await settle();
      await this.#assignment.remove(partitions);
      this.#ends.forget(partitions);
      await this.#restart();
    } finally {
      this.#isHandingOver = false;
    }
  }

  #rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
