import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ExactSum } from '../../../operators/aggregates/exact-sum.ts';
import { awkwardNumbers } from './contract.ts';

const sumOf = (values: ReadonlyArray<number>): ExactSum => {
  const sum = new ExactSum();
  for (const value of values) sum.add(value);
  return sum;
};

const view = new DataView(new ArrayBuffer(8));

/** A double as a whole number of 2^-1074ths, the smallest double: what can be added without any thought of rounding. */
const units = (x: number): bigint => {
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const size = exponent === 0n ? fraction : (fraction | 0x10000000000000n) << (exponent - 1n);
  return bits >> 63n === 1n ? -size : size;
};

/** The double nearest to this many units, ties to even. */
const nearest = (size: bigint): number => {
  if (size < 0n) return -nearest(-size);
  const shift = Math.max(0, size.toString(2).length - 53);
  const half = shift === 0 ? 0n : 1n << BigInt(shift - 1);
  const kept = size >> BigInt(shift);
  const rest = size - (kept << BigInt(shift));
  const up = half > 0n && (rest > half || (rest === half && kept % 2n === 1n));
  return scaled(Number(kept + (up ? 1n : 0n)), shift - 1074);
};

/** In two steps, since 2^-1074 times 2^1000 is within range and 2^2074 is not. */
const scaled = (whole: number, exponent: number): number =>
  whole * 2 ** Math.trunc(exponent / 2) * 2 ** (exponent - Math.trunc(exponent / 2));

const reference = (values: ReadonlyArray<number>): number => nearest(values.reduce((sum, value) => sum + units(value), 0n));

describe('ExactSum', () => {
  it('is the double nearest to the true sum', () => {
    fc.assert(
      fc.property(fc.array(awkwardNumbers(1e290), { maxLength: 100 }), (values) => assert.equal(sumOf(values).value(), reference(values))),
      { numRuns: 500 },
    );
  });

  it('rounds half way to even, and by what lies below the half', () => {
    const half = 2 ** -53;
    assert.equal(sumOf([1, half]).value(), 1);
    assert.equal(sumOf([1, half, 1e-40]).value(), 1 + 2 ** -52);
    assert.equal(sumOf([1 + 2 ** -52, half, -1e-40]).value(), 1 + 2 ** -52);
    assert.equal(sumOf([1e-300, -1, half]).value(), -1 + half);
    assert.equal(sumOf([2 ** -800, 2 ** -853, 2 ** -1000]).value(), 2 ** -800 + 2 ** -852);
  });

  it('finds what cancellation hides', () => {
    assert.equal(sumOf([1e290, 1, 1e-290, -1e290]).value(), 1);
    assert.equal(sumOf(new Array<number>(10).fill(0.1)).value(), 1);
    assert.equal(sumOf([1e290, 1, -1e290, -1]).value(), 0);
  });

  it('tells an exact sum by one part and any other by few that shrink', () => {
    assert.deepEqual(sumOf([2 ** 53, -1, 17]).parts(), [2 ** 53 + 16]);
    assert.deepEqual(sumOf([1, 1e-20, 1e-40]).parts(), [1, 1e-20, 1e-40]);
  });

  it('does not overflow at the largest magnitude', () => {
    assert.equal(sumOf(new Array<number>(100_000).fill(1e290)).value(), reference(new Array<number>(100_000).fill(1e290)));
  });
});
