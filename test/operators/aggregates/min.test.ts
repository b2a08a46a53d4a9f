import assert from 'node:assert/strict';
import { min } from '../../../operators/aggregates/min.ts';
import { aggregateContract, awkwardNumbers, refuses, resultOf } from './contract.ts';

describe('min', () => {
  aggregateContract(min(), awkwardNumbers(1e300));

  it('is the smallest number', () => {
    assert.equal(resultOf(min(), 3, -2, 7), -2);
  });

  it('is null of nothing', () => assert.equal(resultOf(min()), null));
  it('refuses what is not finite', () => refuses(min(), NaN, Infinity, -Infinity));
});
