import { beginning } from '../../core/time.ts';
import type { PartitionQueue } from '../task/partition-queue.ts';

/**
 * A task's stream time: the minimum over the clocks of its partitions that hold it, never going back.
 *
 * Partitions that are excluded (quiet beyond `excludeAfter`, or all of whose writers are) hold nothing back while others go on. If
 * every one is excluded the time stays as it is.
 */
export class TaskClock {
  #time = beginning;

  /** ms since the epoch; -Infinity before all partitions have been heard of. */
  get time(): number {
    return this.#time;
  }

  /** Takes over the time that a commit has noted. */
  restore(time: number): void {
    this.#time = Math.max(this.#time, time);
  }

  /** Forgets what was not committed. */
  reset(time: number): void {
    this.#time = time;
  }

  /** Moves on to what the partitions allow now. */
  advance(queues: ReadonlyArray<PartitionQueue>): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (const queue of queues) {
      if (holds(queue)) lowest = Math.min(lowest, queue.clock.time());
    }
    if (lowest !== Number.POSITIVE_INFINITY && lowest > this.#time) this.#time = lowest;
    return this.#time;
  }

  /** What the other partitions allow at most, so that a run of records of one can be stamped without asking again. */
  ceiling(queues: ReadonlyArray<PartitionQueue>, except: PartitionQueue): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (const queue of queues) {
      if (queue !== except && holds(queue)) lowest = Math.min(lowest, queue.clock.time());
    }
    return lowest;
  }
}

const holds = (queue: PartitionQueue): boolean => queue.holdsClock && !queue.excluded && !queue.clock.isExcluded();
