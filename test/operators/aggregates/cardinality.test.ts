import assert from 'node:assert/strict';
import { cardinality } from '../../../operators/aggregates/cardinality.ts';

const registers = 4096;
const highest = 10;

/** How many registers hold each rank, on average, when `n` different values have come and no rank is above the highest. */
const expectedCounts = (n: number): ReadonlyArray<number> => {
  const upTo = (rank: number): number => (rank >= highest ? 1 : Math.exp(-(n / registers) * 2 ** -rank));
  return Array.from({ length: highest + 1 }, (_, rank) => registers * (upTo(rank) - (rank === 0 ? 0 : upTo(rank - 1))));
};

describe('the cardinality that registers tell of', () => {
  it('is what they were filled by, from none to where most of them are full', () => {
    for (const n of [1, 10, 1_000, 4_096, 50_000, 1_000_000, 4_000_000, 10_000_000]) {
      const told = cardinality(expectedCounts(n));
      assert(Math.abs(told / n - 1) < 0.01, `${told} instead of ${n}`);
    }
  });

  it('is none of empty registers, and without bound of full ones', () => {
    const all = (rank: number): ReadonlyArray<number> => Array.from({ length: highest + 1 }, (_, at) => (at === rank ? registers : 0));
    assert.equal(cardinality(all(0)), 0);
    assert.equal(cardinality(all(highest)), Infinity);
  });
});
