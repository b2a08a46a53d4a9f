import assert from 'node:assert/strict';
import { filter } from '../../operators/filter.ts';
import { operatorContract } from '../../pipeline/testing/contracts/operator-contract.ts';
import { chunkOf, partitionRecords } from '../../pipeline/testing/records.ts';
import { runOperator } from '../../pipeline/testing/run-operator.ts';

const numbers = partitionRecords([3, -1, 2, 0, 2].map((value, at) => ({ value, time: at })));

describe('filter', () => {
  const contract = operatorContract(
    (spoil) =>
      filter('positive', (n: number) => {
        spoil(n);
        return n > 0;
      }),
    numbers,
  );
  for (const clause of contract) it(clause.name, () => clause.run());

  it('passes what meets the predicate in order and counts the rest', () => {
    const run = runOperator(filter('positive', (n: number) => n > 0));
    run.feed(chunkOf(numbers));
    assert.deepEqual(
      run.records,
      numbers.filter(({ value }) => value > 0),
    );
    assert.equal(run.counted('dropped'), 2);
  });
});
