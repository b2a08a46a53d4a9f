import type { OffsetRange } from '../windows/offset-range.ts';
import { noSums, type Sums } from './sums.ts';
import { nobody, type Submitters } from './submitters.ts';

/**
 * Where the policy stands with a subject. `breached` and `rolledBack` of the state machine last for no time: a breach becomes a command,
 * or a pause, within the look that finds it, and a roll-back that is seen begins the cool-down.
 */
export type Phase =
  'idle' | 'warmup' | 'monitoring' | 'suspect' | 'commanded' | 'cooldown' | 'noData' | 'inconclusive' | 'error' | 'paused';

/** What is known of one arm over the span: the sums of its windows, who is behind them, where they came from. */
export interface Side extends Sums {
  readonly arm: string;
  readonly windows: number;
  readonly submitters: Submitters | undefined;
  /** Inferences of the arm, judged or not; 0 where that is not told. */
  readonly assigned: number;
  /** Begin of the earliest and end of the latest window, ms since the epoch; infinite while there is none. */
  readonly from: number;
  readonly until: number;
  readonly inputs: ReadonlyArray<OffsetRange>;
}

/** One deployment that is being watched. */
export interface Watch {
  readonly candidate: Side;
  readonly baseline: Side | undefined;
  /** When the candidate was deployed, ms since the epoch. */
  readonly since: number;
  /** Looks taken, and the candidate's n at the last one. */
  readonly looks: number;
  readonly lookedAt: number;
  /** The last looks that were a failure (true) or a success. */
  readonly recent: ReadonlyArray<boolean>;
  /** Inconclusive looks, and looks in error, in a row. */
  readonly unclear: number;
  readonly errors: number;
}

/** All that is remembered of a subject besides its windows. */
export interface SubjectState {
  readonly kind: 'subject';
  readonly phase: Phase;
  /** The version in use before the next one comes. */
  readonly stable: string | undefined;
  readonly watch: Watch | undefined;
  /** Until when nothing is judged, ms of stream time. */
  readonly quietUntil: number;
  /** When rollbacks of the last 24 h were ordered. */
  readonly ordered: ReadonlyArray<number>;
  /** How many rollbacks have been ordered of each version. */
  readonly episodes: ReadonlyMap<string, number>;
  /** Which version each alias points to. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** The last revision of one window of one arm. */
export interface WindowState extends Sums {
  readonly kind: 'window';
  readonly arm: string;
  readonly start: number;
  readonly end: number;
  readonly revision: number;
  readonly submitters: Submitters | undefined;
  readonly assigned: number;
  readonly inputs: ReadonlyArray<OffsetRange>;
}

/** An entry of the operator's store. */
export type DecideState = SubjectState | WindowState;

/** A subject of which nothing is known. */
export const newSubject: SubjectState = Object.freeze({
  kind: 'subject',
  phase: 'idle',
  stable: undefined,
  watch: undefined,
  quietUntil: Number.NEGATIVE_INFINITY,
  ordered: [],
  episodes: new Map<string, number>(),
  aliases: new Map<string, string>(),
});

/** An arm without windows. */
export const newSide = (arm: string): Side => ({
  ...noSums,
  arm,
  windows: 0,
  submitters: nobody,
  assigned: 0,
  from: Infinity,
  until: Number.NEGATIVE_INFINITY,
  inputs: [],
});
