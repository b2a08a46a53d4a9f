import { unitedRanges } from '../windows/offset-range.ts';
import { newSide, type Side, type WindowState } from './state.ts';
import { together, type Submitters } from './submitters.ts';
import { noSums, replaced } from './sums.ts';

const both = (a: Submitters | undefined, b: Submitters | undefined): Submitters | undefined =>
  a === undefined || b === undefined ? undefined : together(a, b);

const isObserved = (window: WindowState | undefined): boolean => window !== undefined && window.n > 0;

/** The side with a window's revision in place of the one before it, which is undefined if the window is new to the side. */
export const withWindow = (side: Side, before: WindowState | undefined, after: WindowState): Side => ({
  ...replaced(side, before ?? noSums, after),
  arm: side.arm,
  windows: side.windows + (isObserved(after) ? 1 : 0) - (isObserved(before) ? 1 : 0),
  submitters: both(side.submitters, after.submitters),
  assigned: side.assigned + after.assigned - (before?.assigned ?? 0),
  from: isObserved(after) ? Math.min(side.from, after.start) : side.from,
  until: isObserved(after) ? Math.max(side.until, after.end) : side.until,
  inputs: unitedRanges([side.inputs, after.inputs]),
});

/** The side that these windows, each once, make of an arm. */
export const sideOf = (arm: string, windows: Iterable<WindowState>): Side => {
  let side = newSide(arm);
  for (const window of windows) side = withWindow(side, undefined, window);
  return side;
};
