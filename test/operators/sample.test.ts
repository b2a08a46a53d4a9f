import assert from 'node:assert/strict';
import { sample } from '../../operators/sample.ts';
import { versioned } from '../../pipeline/core/key.ts';
import { partitionOf } from '../../pipeline/core/partition-of.ts';
import { operatorContract } from '../../pipeline/testing/contracts/operator-contract.ts';
import { chunkOf, partitionRecords } from '../../pipeline/testing/records.ts';
import { runOperator } from '../../pipeline/testing/run-operator.ts';

interface Click {
  readonly session: string;
  readonly page: number;
}

const clicks = partitionRecords(
  Array.from({ length: 20_000 }, (_, at) => ({ value: { session: `session-${at % 10_000}`, page: at }, time: at })),
);

const drawn = (ratio: number): ReadonlySet<string> => {
  const run = runOperator(sample<Click>('some', { ratio, key: ['session'] }));
  run.feed(chunkOf(clicks));
  assert.equal(run.records.length + run.counted('dropped'), clicks.length);
  return new Set(run.values.map(({ session }) => session));
};

describe('sample', () => {
  const contract = operatorContract(
    (spoil) =>
      sample<Click>('some', {
        ratio: 0.5,
        key: versioned('1', (click) => {
          spoil(click);
          return click.session;
        }),
      }),
    clicks.slice(0, 12),
  );
  for (const clause of contract) it(clause.name, () => clause.run());

  it('passes all records of a key or none', () => {
    const run = runOperator(sample<Click>('some', { ratio: 0.3, key: ['session'] }));
    run.feed(chunkOf(clicks));
    const times = new Map<string, number>();
    for (const { session } of run.values) times.set(session, (times.get(session) ?? 0) + 1);
    assert.deepEqual(new Set(times.values()), new Set([2]));
  });

  it('draws about the share that is asked for, and the same keys again at a higher share', () => {
    const tenth = drawn(0.1);
    const third = drawn(0.3);
    assert.ok(Math.abs(tenth.size - 1_000) < 100, `${tenth.size} of 10,000 at a ratio of 0.1`);
    assert.ok(Math.abs(third.size - 3_000) < 150, `${third.size} of 10,000 at a ratio of 0.3`);
    assert.ok([...tenth].every((session) => third.has(session)));
    assert.deepEqual(drawn(0.1), tenth);
  });

  it('passes everything at 1 and nothing at 0', () => {
    assert.equal(drawn(1).size, 10_000);
    assert.equal(drawn(0).size, 0);
  });

  it('draws alike from each partition', () => {
    const perPartition = [0, 0, 0, 0];
    for (const session of drawn(0.2)) perPartition[partitionOf(Buffer.from(session), 4)]! += 1;
    assert.ok(
      perPartition.every((count) => Math.abs(count - 500) < 100),
      perPartition.join(', '),
    );
  });

  it('refuses a ratio that is no share', () => {
    for (const ratio of [-0.1, 1.1, Number.NaN]) {
      assert.throws(() => sample<Click>('some', { ratio, key: ['session'] }), { code: 'bad_topology', message: /^some: the ratio/ });
    }
  });
});
