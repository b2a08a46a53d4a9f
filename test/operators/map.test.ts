import assert from 'node:assert/strict';
import { map } from '../../operators/map.ts';
import { operatorContract } from '../../pipeline/testing/contracts/operator-contract.ts';
import { chunkOf, partitionRecords, recordOf } from '../../pipeline/testing/records.ts';
import { runOperator } from '../../pipeline/testing/run-operator.ts';

interface Reading {
  readonly fahrenheit: number;
}

const readings = partitionRecords([212, 32, 50].map((fahrenheit, at) => ({ value: { fahrenheit }, time: at * 1_000, key: 'oven' })));

describe('map', () => {
  const contract = operatorContract(
    (spoil) =>
      map('celsius', (reading: Reading) => {
        spoil(reading);
        return { celsius: (reading.fahrenheit - 32) / 1.8 };
      }),
    readings,
  );
  for (const clause of contract) it(clause.name, () => clause.run());

  it('replaces each value and leaves the rest of the record', () => {
    const run = runOperator(map('celsius', ({ fahrenheit }: Reading) => ({ celsius: (fahrenheit - 32) / 1.8 })));
    run.feed(chunkOf(readings));
    assert.deepEqual(
      run.records,
      readings.map((record, at) => ({ ...record, value: { celsius: [100, 0, 10][at] } })),
    );
  });

  it('tells how its output is written and where the partition key stands in it', () => {
    assert.deepEqual(map('user', ({ id }: { id: string }) => ({ user: id }), { keyed: ['user'] }).keyed, ['user']);
  });

  it('rejects a record under the code of the error that its function throws', () => {
    const run = runOperator(
      map('fail', (): never => {
        throw new RangeError('no such reading');
      }),
    );
    run.feed(chunkOf([recordOf(1)]));
    assert.deepEqual(
      run.rejects.map(({ rule, detail }) => [rule, detail]),
      [['user_function_failed', 'no such reading']],
    );
  });
});
