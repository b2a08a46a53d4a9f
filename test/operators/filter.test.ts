import assert from 'node:assert/strict';
import { filter } from '../../operators/filter.ts';
import { chunkOf, recordOf } from '../../pipeline/testing/records.ts';
import { runOperator } from '../../pipeline/testing/run-operator.ts';

describe('filter', () => {
  it('passes what meets the predicate in order and counts the rest', () => {
    const run = runOperator(filter('positive', (n: number) => n > 0));
    run.feed(chunkOf([3, -1, 2, 0].map((n) => recordOf(n))));
    assert.deepEqual(run.values, [3, 2]);
    assert.equal(run.counted('dropped'), 2);
  });
});
