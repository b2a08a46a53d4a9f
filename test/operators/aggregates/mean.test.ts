import assert from 'node:assert/strict';
import { mean } from '../../../operators/aggregates/mean.ts';
import { aggregateContract, awkwardNumbers, refuses, resultOf } from './contract.ts';

describe('mean', () => {
  aggregateContract(mean(), awkwardNumbers(1e290));

  it('divides the exact sum by the count', () => {
    assert.equal(resultOf(mean(), 1e20, 1, -1e20, 4), 1.25);
  });

  it('is null of nothing', () => assert.equal(resultOf(mean()), null));
  it('refuses what it could not add exactly', () => refuses(mean(), NaN, Infinity, -2e290));
});
