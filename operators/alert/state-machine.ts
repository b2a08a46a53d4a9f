import type { Coordinates } from '../../pipeline/core/chunk.ts';
import type { AlertNumbers, AlertReading, NoticeCause } from './policy.ts';
import { type Level, rankOf, type Severity } from './severity.ts';
import type { SignalState, WindowLevel } from './state.ts';

/** The last windows with this one among them: in the place of its former revision, or where its start belongs. */
const withWindow = (windows: ReadonlyArray<WindowLevel>, window: WindowLevel, most: number): ReadonlyArray<WindowLevel> =>
  [...windows.filter(({ start }) => start !== window.start), window].sort((a, b) => a.start - b.start).slice(-most);

const lowest = (windows: ReadonlyArray<WindowLevel>): Level =>
  windows.reduce<Level>((least, { level }) => (rankOf(level) < rankOf(least) ? level : least), 'alert');

const highest = (windows: ReadonlyArray<WindowLevel>): Level =>
  windows.reduce<Level>((most, { level }) => (rankOf(level) > rankOf(most) ? level : most), 'ok');

/** Up to what the last `raiseAfter` windows all are at least; down to what the last `clearAfter` ones all are at most; else as it was. */
const severityOf = (current: Severity, windows: ReadonlyArray<WindowLevel>, { raiseAfter, clearAfter }: AlertNumbers): Level => {
  const now = current === 'no-data' ? 'ok' : current;
  const up = windows.length < raiseAfter ? 'ok' : lowest(windows.slice(-raiseAfter));
  if (rankOf(up) > rankOf(now)) return up;
  const down = windows.length < clearAfter ? now : highest(windows.slice(-clearAfter));
  return rankOf(down) < rankOf(now) ? down : now;
};

const turned = (state: SignalState, severity: Severity, at: number): SignalState =>
  severity === state.severity ? state : { ...state, severity, since: at };

/** What is known of a signal before its first window. */
export const unseen = (labels: ReadonlyArray<string>, signal: string, last: Coordinates): SignalState => ({
  labels,
  signal,
  severity: 'ok',
  since: -Infinity,
  told: 'ok',
  toldAt: -Infinity,
  sequence: 0,
  windows: [],
  seenAt: -Infinity,
  value: NaN,
  n: 0,
  start: 0,
  last,
  lookedAt: -Infinity,
});

/** A window has come, or a revision of one, with this level. */
export const afterWindow = (
  state: SignalState,
  { reading, level, at, last }: { readonly reading: AlertReading; readonly level: Level; readonly at: number; readonly last: Coordinates },
  numbers: AlertNumbers,
): SignalState => {
  const { value, n, start } = reading;
  const most = Math.max(numbers.raiseAfter, numbers.clearAfter);
  // Windows from before a silence say nothing of what goes on now.
  const before = state.severity === 'no-data' ? [] : state.windows;
  const windows = withWindow(before, { start, level }, most);
  const seen = { ...state, windows, value, n, start, last, seenAt: Math.max(at, state.seenAt) };
  return turned(seen, severityOf(state.severity, windows, numbers), at);
};

/** Time has come to `at` without a window. */
export const afterSilence = (state: SignalState, at: number, { noDataAfter }: AlertNumbers): SignalState =>
  at - state.seenAt >= noDataAfter ? turned(state, 'no-data', at) : state;

/** Whether nobody has heard of it for so long that it is given up. */
export const isForgotten = ({ seenAt }: SignalState, at: number, { forgetAfter }: AlertNumbers): boolean => at - seenAt >= forgetAfter;

/** Whether there is something to tell, and why. */
export const causeOf = (state: SignalState, at: number, { renotifyEvery }: AlertNumbers): NoticeCause | undefined => {
  if (state.severity !== state.told) return 'changed';
  return state.severity !== 'ok' && at - state.toldAt >= renotifyEvery ? 'reminder' : undefined;
};

/** It has been told. */
export const afterTelling = (state: SignalState, at: number): SignalState => ({
  ...state,
  told: state.severity,
  toldAt: at,
  sequence: state.sequence + 1,
});

/**
 * The next time after `at` at which something may have to be told although no window comes. What could not be told, since it is muted or inhibited, is
 * looked at again after as long as a reminder takes.
 */
export const dueAfter = (state: SignalState, at: number, { noDataAfter, renotifyEvery, forgetAfter }: AlertNumbers): number => {
  const isOpen = state.severity !== 'ok' || state.told !== 'ok';
  const next = state.toldAt + renotifyEvery;
  const told = isOpen ? (next > at ? next : at + renotifyEvery) : Infinity;
  const later = [state.seenAt + noDataAfter, told, state.seenAt + forgetAfter].filter((time) => time > at);
  return Math.min(...later);
};
