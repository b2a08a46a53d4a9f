import { cut } from '../../core/cut.ts';
import type { Topology } from '../../core/graph.ts';
import type { Admin } from '../../core/ports/cluster.ts';
import type { Runner } from '../runner.ts';
import { defaultSettings } from '../settings.ts';
import { progressOf, type ReplayProgress } from './replay-progress.ts';
import { type PartitionRange, placeKey } from './replay-range.ts';

/** How a replay is watched and ended early. */
export interface ReplayWatch {
  /** Called after each turn of the loop. */
  readonly progress?: (progress: ReplayProgress) => void;
  /** Ends the replay with what was committed by then. */
  readonly signal?: AbortSignal;
}

const quietTurns = 3;

/** Drives one process to the end of its ranges. */
export class ReplayLoop {
  readonly #runner: Runner;
  readonly #ranges: ReadonlyArray<PartitionRange>;
  readonly #watch: ReplayWatch;
  readonly #empty: ReadonlySet<string>;
  readonly #ends: ReadonlyMap<string, number>;
  #fed = 0;

  constructor(runner: Runner, ranges: ReadonlyArray<PartitionRange>, watch: ReplayWatch) {
    this.#runner = runner;
    this.#ranges = ranges;
    this.#watch = watch;
    this.#empty = new Set(ranges.filter(({ from, to }) => from === to).map(placeKey));
    this.#ends = new Map(ranges.map((range) => [placeKey(range), range.to]));
  }

  get progress(): ReplayProgress {
    return progressOf(this.#ranges, this.#runner.tasks, this.#fed);
  }

  /** Runs until nothing is left; returns false if the watch ended it before. */
  async run(topology: Topology, admin: Admin): Promise<boolean> {
    const places = await placesOf(topology, admin);
    for (let quiet = 0; quiet < quietTurns;) {
      if (this.#watch.signal?.aborted === true) return false;
      const fed = await this.#runner.step(defaultSettings.commitEvery);
      this.#fed += fed;
      this.#excludeEmpty();
      this.#watch.progress?.(this.progress);
      quiet = fed === 0 && (await this.#isOver(admin, places)) ? quiet + 1 : 0;
    }
    return true;
  }

  /** A source's partition that has nothing in its range will bring nothing: it holds nobody's time back. */
  #excludeEmpty(): void {
    for (const { queues } of this.#runner.tasks) {
      for (const queue of queues) if (this.#empty.has(placeKey(queue.at))) queue.excluded = true;
    }
  }

  /** Whether all tasks are here and nothing is left: sources are committed at the ends of their ranges, repartitions at those of their logs. */
  async #isOver(admin: Admin, places: number): Promise<boolean> {
    const queues = this.#runner.tasks.flatMap((task) => task.queues);
    if (queues.length < places || !this.#runner.isDrained) return false;
    await this.#runner.commitNow();
    for (const { at, committed } of queues) {
      const end = this.#ends.get(placeKey(at)) ?? (await admin.watermarks(at, 'uncommitted')).high;
      if (committed.offset < end) return false;
    }
    return true;
  }
}

/** How many partitions the tasks of a topology have when all of them are here. */
const placesOf = async (topology: Topology, admin: Admin): Promise<number> => {
  const topics = cut(topology).flatMap(({ entries }) => entries.map(({ topic }) => topic.name));
  return [...(await admin.partitions(topics)).values()].reduce((sum, count) => sum + count, 0);
};
