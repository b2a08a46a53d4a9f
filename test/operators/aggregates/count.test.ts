import assert from 'node:assert/strict';
import fc from 'fast-check';
import { count } from '../../../operators/aggregates/count.ts';
import { added, aggregateContract } from './contract.ts';

describe('count', () => {
  aggregateContract(count(), fc.anything());

  it('counts everything', () => {
    assert.equal(count().result(added(count(), [1, undefined, 'x'])), 3);
  });
});
