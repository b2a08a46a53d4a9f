import assert from 'node:assert/strict';
import { expand } from '../../operators/expand.ts';
import { operatorContract } from '../../pipeline/testing/contracts/operator-contract.ts';
import { chunkOf, partitionRecords } from '../../pipeline/testing/records.ts';
import { runOperator } from '../../pipeline/testing/run-operator.ts';

const texts = partitionRecords(['a b', '', 'c', 'd e f'].map((value, at) => ({ value, time: at, key: 'k' })));
const words = (text: string): ReadonlyArray<string> => text.split(' ').filter((word) => word !== '');

describe('expand', () => {
  const contract = operatorContract(
    (spoil) =>
      expand('words', (text: string) => {
        spoil(text);
        return words(text);
      }),
    texts,
  );
  for (const clause of contract) it(clause.name, () => clause.run());

  it('makes a record of each value, in order, that shares time, key and provenance with its source', () => {
    const run = runOperator(expand('words', words));
    run.feed(chunkOf(texts));
    assert.deepEqual(run.values, ['a', 'b', 'c', 'd', 'e', 'f']);
    assert.deepEqual(run.records[5], { ...texts[3], value: 'f' });
  });

  it('counts what it adds and drops, so that the books balance', () => {
    const run = runOperator(expand('words', words));
    run.feed(chunkOf(texts));
    assert.equal(texts.length + run.counted('added'), run.records.length + run.counted('dropped'));
    assert.equal(run.counted('dropped'), 1);
  });
});
