import assert from 'node:assert/strict';
import { sum } from '../../../operators/aggregates/sum.ts';
import { aggregateContract, awkwardNumbers, refuses, resultOf } from './contract.ts';

describe('sum', () => {
  aggregateContract(sum(), awkwardNumbers(1e290));

  it('adds without rounding', () => {
    assert.equal(resultOf(sum(), 1e20, 0.1, -1e20, 0.2), 0.30000000000000004);
    assert.equal(resultOf(sum()), 0);
  });

  it('refuses what it could not add exactly', () => refuses(sum(), NaN, Infinity, -Infinity, 2e290));
});
