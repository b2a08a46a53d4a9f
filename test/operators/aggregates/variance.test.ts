import assert from 'node:assert/strict';
import fc from 'fast-check';
import { variance } from '../../../operators/aggregates/variance.ts';
import { aggregateContract, awkwardNumbers, refuses, resultOf } from './contract.ts';

describe('variance', () => {
  aggregateContract(variance(), awkwardNumbers(1e145));

  it('tells count, sums, mean and the sample variance', () => {
    assert.deepEqual(resultOf(variance(), 1, 2, 3, 4), { n: 4, sum: 10, sum_sq: 30, mean: 2.5, variance: 5 / 3 });
  });

  it('keeps a small spread of large numbers', () => {
    assert.equal(resultOf(variance(), 1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16).variance, 30);
    assert.equal(resultOf(variance(), 1e15 + 0.25, 1e15 + 0.75).variance, 0.125);
  });

  it('squares fractions without rounding', () => {
    assert.equal(resultOf(variance(), 0.1, 1e8, -0.1, 1e8).sum_sq, 2e16 + 0.02);
    assert.equal(resultOf(variance(), 1 + 2 ** -30, 2 ** 26).sum_sq - 2 ** 52, 1);
  });

  it('agrees with the two-pass formula', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2 }), (values) => {
        const centre = values.reduce((total, value) => total + value, 0) / values.length;
        const expected = values.reduce((total, value) => total + (value - centre) ** 2, 0) / (values.length - 1);
        const told = resultOf(variance(), ...values).variance ?? NaN;
        assert.ok(Math.abs(told - expected) <= 1e-9 * Math.max(expected, 1e-6), `${told} ${expected}`);
      }),
    );
  });

  it('is null of nothing, and its variance of one', () => {
    assert.deepEqual(resultOf(variance()), { n: 0, sum: 0, sum_sq: 0, mean: null, variance: null });
    assert.deepEqual(resultOf(variance(), 3), { n: 1, sum: 3, sum_sq: 9, mean: 3, variance: null });
  });

  it('refuses what it could not square exactly', () => refuses(variance(), NaN, Infinity, 2e145));
});
