import { keyPart } from '../../pipeline/core/key.ts';
import type { Store } from '../../pipeline/core/ports/store.ts';
import { newSubject, type DecideState, type Side, type SubjectState, type WindowState } from './state.ts';
import { sideOf } from './side.ts';

type Entries = Pick<Store<DecideState>, 'get'>;

type Everything = Pick<Store<DecideState>, 'scan'>;

/** The key of a subject's entry. */
export const subjectKey = (subject: string): string => `s|${subject}`;

const windowsOf = (subject: string): string => `w|${subject}|`;

/** The key of the entry of one window of one arm. */
export const windowKey = (subject: string, arm: string, start: number): string => `${windowsOf(subject)}${keyPart(arm)}|${start}`;

/** What is remembered of a subject. */
export const subjectAt = (states: Entries, subject: string): SubjectState => {
  const entry = states.get(subjectKey(subject));
  return entry?.kind === 'subject' ? entry : newSubject;
};

/** The last revision of a window, while it is kept. */
export const windowAt = (states: Entries, key: string): WindowState | undefined => {
  const entry = states.get(key);
  return entry?.kind === 'window' ? entry : undefined;
};

/** All that is kept of an arm in windows that end after `since`: one pass over the subject's windows, for the rare deployment. */
export const knownSide = (states: Everything, subject: string, of: { readonly arm: string; readonly since: number }): Side => {
  const windows: WindowState[] = [];
  for (const [, entry] of states.scan(windowsOf(subject))) {
    if (entry.kind === 'window' && entry.arm === of.arm && entry.end > of.since) windows.push(entry);
  }
  return sideOf(of.arm, windows);
};

/**
 * The last `count` windows of an arm that begin before `end`, all of the length `size` (ms), as far as they are kept and end after `since`, in
 * order of time.
 */
export const recentWindows = (states: Entries, subject: string, of: RecentWindows): ReadonlyArray<WindowState> =>
  Array.from({ length: of.count }, (_, at) => of.end - (of.count - at) * of.size)
    .map((start) => windowAt(states, windowKey(subject, of.arm, start)))
    .filter((window) => window !== undefined)
    .filter(({ end }) => end > of.since);

/** Which windows `recentWindows` looks at. Times are ms since the epoch. */
export interface RecentWindows {
  readonly arm: string;
  readonly end: number;
  readonly size: number;
  readonly count: number;
  readonly since: number;
}
