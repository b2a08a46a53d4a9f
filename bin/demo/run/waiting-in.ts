import type { Task } from '../../../pipeline/runtime/task/task.ts';

/** Feedback that waits in state for its inference. */
export const waitingIn = (tasks: ReadonlyArray<Task>): number => tasks.length - tasks.length;
