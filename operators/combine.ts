import { map as mapChunks } from 'rxjs';
import type { Aggregate } from '../pipeline/core/aggregate.ts';
import type { Operator } from '../pipeline/core/operator.ts';
import { type CombinePorts, CombineTask } from './windows/combine-task.ts';
import { type CombinedEntry, combinedEntrySpec } from './windows/combined-entry.ts';
import type { Dims, NamedDims, Windowed, WindowPart } from './windows/windowed.ts';

/** The paths that key the state of `combine`: a repartition before it may use any of them. */
export type CombineKey<D extends NamedDims<D>> = 'start' | 'end' | `dims.${keyof D & string}`;

/**
 * Merges the parts of windows that several tasks have made, after a repartition: the second step of a partial `tumble`.
 *
 * Keeps the latest part of each upstream task; a later revision replaces it, an older or equal one is counted as `stale_parts`. On a flush
 * it tells one revision of each window that has changed, and the final one when stream time reaches `closesAt`: the clock here is that of
 * the slowest upstream task, so each has told its last by then. A part that comes after that goes to the port `late`, or is rejected as
 * `late` if that has no reader; it holds all that its task knows, not only what is new. State: an entry per window with a part per task.
 *
 * @example combine('quality', count())
 */
export function combine<D extends NamedDims<D>, Acc, Out>(
  name: string,
  aggregate: Aggregate<never, Acc, Out>,
): Operator<WindowPart<D, Acc>, Windowed<D, Out>, CombinedEntry<Acc>, CombinePorts<D, Acc>, CombineKey<D>>;
export function combine<Acc, Out>(
  name: string,
  aggregate: Aggregate<never, Acc, Out>,
): Operator<WindowPart<Dims, Acc>, Windowed<Dims, Out>, CombinedEntry<Acc>, CombinePorts<Dims, Acc>> {
  return {
    shape: 'step',
    name,
    kind: 'combine',
    params: { aggregate: aggregate.name },
    state: combinedEntrySpec(aggregate, { aggregate: aggregate.name }),
    stateKey: ['start', 'end', 'dims.*'],
    ports: ['late'],
    build: (context) => {
      const task = new CombineTask(aggregate, context);
      return mapChunks((chunk) => task.run(chunk));
    },
  };
}
