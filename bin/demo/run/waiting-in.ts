import type { Task } from '../../../pipeline/runtime/task/task.ts';

/** The node that ties feedback to inferences, and keeps what has not met its own. */
const node = 'attribute';

interface Held {
  readonly lefts: ReadonlyArray<{ readonly orphaned: boolean }>;
}

const isHeld = (value: unknown): value is Held =>
  typeof value === 'object' && value !== null && 'lefts' in value && Array.isArray(value.lefts);

/** How much feedback waits in state for its inference and has not been given up. */
export const waitingIn = (tasks: ReadonlyArray<Task>): number => {
  const entries = tasks.flatMap((task) => [...(task.nodes.stores.get(node)?.scan('') ?? [])]);
  return entries.flatMap(([, value]) => (isHeld(value) ? value.lefts.filter(({ orphaned }) => !orphaned) : [])).length;
};
