import assert from 'node:assert/strict';
import fc from 'fast-check';
import { count } from '../../operators/aggregates/count.ts';
import { fields } from '../../operators/aggregates/fields.ts';
import { of } from '../../operators/aggregates/of.ts';
import { sum } from '../../operators/aggregates/sum.ts';
import { tumble } from '../../operators/tumble.ts';
import { versioned } from '../../pipeline/core/key.ts';
import { hours, minutes, seconds } from '../../pipeline/core/time.ts';
import { partitionRecords } from '../../pipeline/testing/records.ts';
import { grouped, over, play, quiet, steps } from './windows/playing.ts';

interface Click {
  readonly page: string;
  readonly weight: number;
  readonly second: number;
}

interface Total {
  readonly n: number;
  readonly sum: number;
}

const start = Date.UTC(2024, 0, 1);
const last = start + hours(2);

/** Weights are whole numbers of 1024ths, so that a plain sum is exact in any order. */
const click: fc.Arbitrary<Click> = fc.record({
  page: fc.constantFrom('a', 'b', 'c'),
  weight: fc.integer({ min: -9999, max: 9999 }).map((whole) => whole / 1024),
  second: fc.nat(600),
});
const clicks = fc.array(click, { maxLength: 60 });

const aggregate = fields({
  n: count(),
  sum: of(
    versioned('weight', (one: Click) => one.weight),
    sum(),
  ),
});
const options = { size: minutes(1), per: { page: 'page' }, aggregate } as const;
const patient = over<Click>()(tumble('patient', { ...options, lateness: minutes(10) }));
const hasty = over<Click>()(tumble('hasty', { ...options, lateness: seconds(30) }));

const recordsOf = (all: ReadonlyArray<Click>) => partitionRecords(all.map((value) => ({ value, time: start + seconds(value.second) })));

const startOf = ({ second }: Click): number => second - (second % 60);

/** The totals by page and start of the window, by brute force. */
const totals = (all: ReadonlyArray<Click>): Readonly<Record<string, Total>> => {
  const totalOf = (group: ReadonlyArray<Click>): Total => ({
    n: group.length,
    sum: group.reduce((total, { weight }) => total + weight, 0),
  });
  const groups = grouped(all, (one) => `${one.page} ${startOf(one)}`);
  return Object.fromEntries([...groups].map(([key, group]) => [key, totalOf(group)]));
};

/** The indices of those that come when the highest time before them is past their window's end and lateness. */
const lateOnes = (all: ReadonlyArray<Click>): ReadonlyArray<number> =>
  all.flatMap((one, index) => (Math.max(-1, ...all.slice(0, index).map(({ second }) => second)) >= startOf(one) + 90 ? [index] : []));

interface Result {
  readonly start: number;
  readonly revision: number;
  readonly final: boolean;
  readonly dims: { readonly page: string };
  readonly value: Total;
}

const nameOf = ({ start: from, dims }: Result): string => `${dims.page} ${(from - start) / 1000}`;

const finals = ({ values }: { readonly values: ReadonlyArray<Result> }): Readonly<Record<string, Total>> =>
  Object.fromEntries(values.filter(({ final }) => final).map((result) => [nameOf(result), result.value]));

describe('tumble, for any input', () => {
  it('gives the same final results for any order within lateness, any chunks, aborts and restarts', () => {
    fc.assert(
      fc.property(clicks, steps, (all, plan) => {
        const run = play(patient, recordsOf(all), { plan, last });
        assert.deepEqual(finals(run), totals(all));
        assert.equal(run.values.filter(({ final }) => final).length, Object.keys(totals(all)).length);
        assert.deepEqual([run.port('late'), run.entries()], [[], []]);
      }),
    );
  });

  it('puts every record into a window or among the late ones, as its own stream time says', () => {
    fc.assert(
      fc.property(clicks, steps, (all, plan) => {
        const late = lateOnes(all);
        const run = play(hasty, recordsOf(all), { plan, last });
        assert.deepEqual(finals(run), totals(all.filter((_, index) => !late.includes(index))));
        assert.deepEqual(
          run.port('late').map(({ provenance }) => provenance.offset),
          late,
        );
      }),
    );
  });

  it('numbers revisions without gaps, and the last of them is the final one', () => {
    fc.assert(
      fc.property(clicks, steps, (all, plan) => {
        const run = play(hasty, recordsOf(all), { plan, last });
        for (const revisions of grouped<Result>(run.values, nameOf).values()) {
          const numbers = revisions.map(({ revision, final }) => [revision, final]);
          assert.deepEqual(
            numbers,
            revisions.map((_, index) => [index + 1, index === revisions.length - 1]),
          );
        }
      }),
    );
  });

  it('has nothing late when records come in order', () => {
    fc.assert(
      fc.property(clicks, (all) => {
        const run = play(hasty, recordsOf(all.toSorted((a, b) => a.second - b.second)), { plan: quiet, last });
        assert.deepEqual(finals(run), totals(all));
      }),
    );
  });
});
