import type { Comparison } from '../crash-run.ts';
import type { Collapse } from '../fleet.ts';
import type { Tally } from './ledger.ts';
import type { IngestCrashOptions } from './options.ts';

/** What a run came to. */
export interface IngestCrashResult {
  readonly ok: boolean;
  readonly options: Omit<IngestCrashOptions, 'json' | 'write' | 'keep'>;
  readonly seconds: number;
  readonly kills: number;
  /** Of the kills, how many came when there were two replicas. */
  readonly kills_of_two: number;
  readonly starts: number;
  readonly collapses: ReadonlyArray<Collapse>;
  readonly bad_ends: ReadonlyArray<string>;
  readonly clients: Tally;
  /** Answers that no client may get. */
  readonly wrong_answers: ReadonlyArray<string>;
  readonly log: ReadonlyArray<LogCount>;
  readonly comparisons: ReadonlyArray<Comparison>;
}

/** How many ids of a kind the log has, in how many records: what was repeated unanswered may be there several times. */
export interface LogCount {
  readonly kind: string;
  readonly ids: number;
  readonly records: number;
}
