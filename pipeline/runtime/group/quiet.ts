import type { Task } from '../task/task.ts';
import type { EndTracker } from './end-tracker.ts';

/** How long silence must last, ms of the wall clock. */
export interface QuietLimits {
  readonly provisionalAfter: number;
  readonly excludeAfter: number | undefined;
}

const isSilent = (since: number, now: number, limit: number | undefined): boolean => limit !== undefined && now - since >= limit;

/**
 * Finds out who is quiet: a partition at the end of its log that has brought nothing for `excludeAfter` stops holding its task back, and
 * a task all of whose partitions are at their ends and quiet for `provisionalAfter` gets one idle chunk. A partition that cannot be
 * asked, is paused or has something waiting is not quiet.
 *
 * @returns whether any task was told or any partition excluded, so that a commit has something to carry.
 */
export const markQuiet = async (
  task: Task,
  ends: EndTracker,
  now: { readonly at: number; readonly limits: QuietLimits },
): Promise<boolean> => {
  const { at, limits } = now;
  const silent = task.queues.filter(
    (queue) => queue.length === 0 && !queue.isPaused && isSilent(queue.lastRecordAt, at, limits.provisionalAfter),
  );
  if (silent.length === 0) return false;
  await ends.refresh(silent);
  const quiet = silent.filter((queue) => !ends.mayBringMore(queue));
  let changed = false;
  for (const queue of quiet) {
    if (queue.excluded || !isSilent(queue.lastRecordAt, at, limits.excludeAfter)) continue;
    queue.excluded = true;
    changed = true;
  }
  if (quiet.length < task.queues.length || task.isIdle) return changed;
  task.isIdle = true;
  await task.signal('idle');
  return true;
};
