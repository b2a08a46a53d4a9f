import type { Aggregate } from '../../pipeline/core/aggregate.ts';
import type { Occasion } from './occasion.ts';
import type { WindowEntry } from './window-entry.ts';
import type { Dims, Windowed, WindowPart } from './windowed.ts';

/** How long windows are and how long they wait, ms. */
interface Spans {
  readonly size: number;
  readonly lateness: number;
}

/** What one task of a window operator tells of a window: its accumulator, under the name of the task. */
export const partOf =
  (node: string, { size, lateness }: Spans) =>
  <Acc>(entry: WindowEntry<Acc>, occasion: Occasion, partition: number): WindowPart<Dims, Acc> => ({
    start: entry.start,
    end: entry.start + size,
    closesAt: entry.start + size + lateness,
    dims: entry.dims,
    task: `${node}/${partition}`,
    revision: entry.revision,
    final: occasion.final,
    provisional: occasion.provisional,
    changed: occasion.changed,
    n: entry.n,
    streamTime: occasion.streamTime,
    offsets: entry.offsets,
    acc: entry.acc,
  });

/** What a window operator tells of a window that it knows whole. */
export const resultOf =
  <Acc, Out>({ size, lateness, aggregate }: Spans & { readonly aggregate: Aggregate<never, Acc, Out> }) =>
  (entry: WindowEntry<Acc>, occasion: Occasion): Windowed<Dims, Out> => ({
    start: entry.start,
    end: entry.start + size,
    closesAt: entry.start + size + lateness,
    dims: entry.dims,
    revision: entry.revision,
    final: occasion.final,
    provisional: occasion.provisional,
    n: entry.n,
    streamTime: occasion.streamTime,
    offsets: entry.offsets,
    value: aggregate.result(entry.acc),
  });
