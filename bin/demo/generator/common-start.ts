import { micros } from './micros.ts';
import type { RealData } from './read-data.ts';

/** How far a data set was moved, in µs: `to` = `from` + `by`. `from` is the minute of its first row. */
export interface Shift {
  readonly data: 'digits' | 'bandit';
  readonly from: number;
  readonly to: number;
  readonly by: number;
}

const firstMinute = (times: ReadonlyArray<{ readonly at: number }>): number => {
  const first = times.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
  return Math.floor(first / micros.minute) * micros.minute;
};

const moved = <Row extends { readonly at: number }>(rows: ReadonlyArray<Row>, by: number): ReadonlyArray<Row> =>
  rows.map((row) => ({ ...row, at: row.at + by })).sort((a, b) => a.at - b.at);

/** Moves both data sets by whole minutes so that the minute of their first row is `start` (µs), and sorts each by time. */
export const commonStart = (
  { digits, bandit }: RealData,
  start: number,
): { readonly data: RealData; readonly shifts: ReadonlyArray<Shift> } => {
  const shift = (data: Shift['data'], from: number): Shift => ({ data, from, to: start, by: start - from });
  const digitsShift = shift('digits', firstMinute(digits));
  const banditShift = shift('bandit', firstMinute(bandit));
  return {
    data: { digits: moved(digits, digitsShift.by), bandit: moved(bandit, banditShift.by) },
    shifts: [digitsShift, banditShift],
  };
};
