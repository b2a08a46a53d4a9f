import { micros } from './micros.ts';
import type { RealData } from './read-data.ts';

/** How far a data set was moved, in µs: `to` = `from` + `by`. The first row was in the minute from `from` on, and is in the one from `to` on. */
export interface Shift {
  readonly data: 'digits' | 'bandit';
  readonly from: number;
  readonly to: number;
  readonly by: number;
}

type Times = ReadonlyArray<{ readonly at: number }>;

const intoMinute = (time: number): number => ((time % micros.minute) + micros.minute) % micros.minute;

/**
 * Where in its minute the row is that shall be at the start of one: leaving out whole minutes, the one with the most other rows in the millisecond before it, which
 * are then in the last millisecond of a minute. Where none has any, minutes stay as they are.
 */
const newMinute = (rows: Times): number => {
  const places = rows.map(({ at }) => intoMinute(at)).sort((a, b) => a - b);
  const around = [...places.map((place) => place - micros.minute), ...places];
  let from = 0;
  let best = { before: 0, place: 0 };
  around.forEach((place, index) => {
    while ((around[from] ?? place) < place - micros.millisecond) from += 1;
    const before = around.slice(from, index).filter((other) => other < place).length;
    if (place >= 0 && before > best.before) best = { before, place };
  });
  return best.place;
};

const firstMinute = (rows: Times): number => {
  const first = rows.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
  return first - intoMinute(first - newMinute(rows));
};

const moved = <Row extends { readonly at: number }>(rows: ReadonlyArray<Row>, by: number): ReadonlyArray<Row> =>
  rows.map((row) => ({ ...row, at: row.at + by })).sort((a, b) => a.at - b.at);

/**
 * Moves each data set by one length so that its first row is in the minute that begins at `start` (µs), and sorts it by time. The length is such that a row is
 * at the start of a minute and others in the last millisecond of one; if no two rows are that near to each other, it is whole minutes.
 */
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
