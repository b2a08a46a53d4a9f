import assert from 'node:assert/strict';
import { type MinuteSum, minuteSumType, partitions } from '../../../bench/kafka/job.ts';
import { SumsWatch, Tally } from '../../../bench/kafka/sums-watch.ts';
import { memoryCluster } from '../../../pipeline/cluster/memory/memory-cluster.ts';
import { systemClock } from '../../../pipeline/runtime/system-clock.ts';

const valueOf = (sum: MinuteSum): Buffer => Buffer.concat([Buffer.alloc(5), minuteSumType.encode(sum)]);

describe('Tally', () => {
  it('counts the last row of each model and minute', () => {
    const tally = new Tally();
    for (const [model, start, n] of [
      ['a', 0, 5],
      ['a', 60_000, 2],
      ['b', 0, 1],
      ['a', 0, 9],
      ['a', 0, 9],
    ] as const)
      tally.take({ value: valueOf({ model, start, n, sum: 0 }) });
    assert.equal(tally.sum, 12);
  });

  it('passes over what has no value', () => {
    const tally = new Tally();
    tally.take({ value: null });
    assert.equal(tally.sum, 0);
  });
});

describe('SumsWatch', () => {
  const watching = async (): Promise<{ watch: SumsWatch; write: (n: number) => Promise<unknown> }> => {
    const cluster = memoryCluster({ clock: systemClock });
    const admin = await cluster.admin();
    await admin.createTopics([{ topic: 'sums', partitions }]);
    const producer = await cluster.producer();
    const write = (n: number): Promise<unknown> =>
      producer.send({ topic: 'sums', key: Buffer.from('a'), value: valueOf({ model: 'a', start: 0, n, sum: n }) });
    return { watch: await SumsWatch.open(cluster, 'sums'), write };
  };

  it('resolves to the time at which all records are counted', async () => {
    const { watch, write } = await watching();
    await write(3);
    await write(10);
    assert.ok((await watch.complete(10, () => false)) > 0);
  });

  it('says how far a program came that ended too early', async () => {
    const { watch, write } = await watching();
    await write(3);
    let looks = 0;
    await assert.rejects(
      watch.complete(10, () => ++looks > 1),
      /ended when it had counted 3 of 10 records/,
    );
  });

  it('refuses a program that counts more than there is', async () => {
    const { watch, write } = await watching();
    await write(11);
    await assert.rejects(
      watch.complete(10, () => false),
      /counted 11 records, but there are 10/,
    );
  });
});
