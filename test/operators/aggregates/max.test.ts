import assert from 'node:assert/strict';
import { max } from '../../../operators/aggregates/max.ts';
import { aggregateContract, awkwardNumbers, refuses, resultOf } from './contract.ts';

describe('max', () => {
  aggregateContract(max(), awkwardNumbers(1e300));

  it('is the largest number', () => {
    assert.equal(resultOf(max(), 3, -2, 7), 7);
  });

  it('is null of nothing', () => assert.equal(resultOf(max()), null));
  it('refuses what is not finite', () => refuses(max(), NaN, Infinity, -Infinity));
});
