import type { PartitionQueue } from '../task/partition-queue.ts';
import type { Task } from '../task/task.ts';
import type { TaskEnv } from '../task/task-env.ts';
import type { EndTracker } from './end-tracker.ts';

const runsPerTurn = 8;
const second = 1_000;

/**
 * Feeds tasks in turn, each from the partition whose head is the oldest, and measures who waits for whom: a task that has records but
 * waits for another partition, which may still bring older ones.
 */
export class Feeder {
  readonly #env: TaskEnv;
  readonly #ends: EndTracker;
  readonly #fed: () => Promise<void>;
  readonly #blockedSince = new WeakMap<Task, number>();
  #isStuck = false;

  /** `fed` is called after each run: what it made of outputs can be sent. */
  constructor(env: TaskEnv, ends: EndTracker, fed: () => Promise<void>) {
    this.#env = env;
    this.#ends = ends;
    this.#fed = fed;
  }

  /** Whether nothing could be fed when it was last tried: what waits then waits for something else. */
  get isStuck(): boolean {
    return this.#isStuck;
  }

  /** Gives each task its turn. Returns how many records of the log were fed. */
  async feed(tasks: ReadonlyArray<Task>): Promise<number> {
    let fed = 0;
    for (const task of tasks) {
      for (let run = 0; run < runsPerTurn; run += 1) {
        const count = await this.#feedOne(task);
        if (count === 0) break;
        fed += count;
      }
    }
    this.#isStuck = fed === 0;
    return fed;
  }

  /** A task that was closed meanwhile, since a transaction was lost, is not fed any more. */
  async #feedOne(task: Task): Promise<number> {
    if (!task.isReady) return 0;
    await task.prepare();
    const empty = task.queues.filter((queue) => queue.run === undefined);
    if (empty.length === task.queues.length) return 0;
    if (empty.length > 0) await this.#ends.refresh(empty);
    const queue = task.next((other) => this.#ends.mayBringMore(other));
    this.#measureWait(task, queue === undefined ? empty : []);
    if (queue === undefined) return 0;
    const count = task.feed(queue);
    await this.#fed();
    return count;
  }

  #measureWait(task: Task, waitedFor: ReadonlyArray<PartitionQueue>): void {
    const since = this.#blockedSince.get(task);
    if (since === undefined && waitedFor.length === 0) return;
    const now = this.#env.clock.monotonic();
    if (waitedFor.length === 0) this.#blockedSince.delete(task);
    else this.#blockedSince.set(task, now);
    if (since === undefined) return;
    for (const { at } of waitedFor.filter((queue) => this.#ends.mayBringMore(queue))) {
      this.#env.meter.count('waiting_seconds_total', { topology: this.#env.topology.name, topic: at.topic }, (now - since) / second);
    }
  }
}
