import type { Task } from '../task/task.ts';
import { type PartitionRange, placeKey } from './replay-range.ts';

/** How far a replay has come. */
export interface ReplayProgress {
  /** Offsets of the sources that are behind it, and all of them. Transaction markers count. */
  readonly done: number;
  readonly all: number;
  /** Records that were fed, those of repartitions included. */
  readonly fed: number;
}

/** How far the tasks are with their ranges. */
export const progressOf = (ranges: ReadonlyArray<PartitionRange>, tasks: ReadonlyArray<Task>, fed: number): ReplayProgress => {
  const positions = new Map(tasks.flatMap(({ queues }) => queues.map(({ at, position }) => [placeKey(at), position] as const)));
  let done = 0;
  let all = 0;
  for (const range of ranges) {
    all += range.to - range.from;
    done += Math.min(Math.max((positions.get(placeKey(range)) ?? range.from) - range.from, 0), range.to - range.from);
  }
  return { done, all, fed };
};
