import assert from 'node:assert/strict';
import { MillraceError } from '../../../../pipeline/core/errors.ts';
import { partitionOf } from '../../../../pipeline/core/partition-of.ts';
import { topology } from '../../../../pipeline/core/topology.ts';
import type { Runner } from '../../../../pipeline/runtime/runner.ts';
import { clicked, clickOf, clickType, deadLetter, newYear, paidClicks } from '../../../support/clicks.ts';
import { numbered } from '../numbered.ts';
import { Processes, type ProcessesOptions } from '../../../../pipeline/testing/processes.ts';

const counting = topology('counting', { deadLetter }, (t) => t.source('in', clicked).pipe(numbered('number')).to('out', paidClicks));

const place = { topic: clicked.name, partition: 0 };

const steps = async (processes: Processes, runner: Runner, count = 40): Promise<void> => {
  for (let step = 0; step < count; step += 1) await processes.clock.until(runner.step(10));
};

/** Five clicks of which the first three are gone from the log. */
const truncated = async (options: ProcessesOptions = {}): Promise<Processes> => {
  const processes = await Processes.of(counting, options);
  await processes.put(clicked, ...Array.from({ length: 5 }, (_, n) => clickOf('a', newYear + n)));
  const admin = await processes.cluster.admin();
  await admin.deleteRecordsBefore([{ ...place, offset: 3 }]);
  await admin.close();
  return processes;
};

const commit = async (processes: Processes, offset: number, metadata: string): Promise<void> => {
  const consumer = await processes.cluster.groupConsumer({
    groupId: 'counting',
    topics: [clicked.name],
    from: 'earliest',
    listener: { assigned: () => Promise.resolve(), revoked: () => Promise.resolve(), lost: () => Promise.resolve() },
  });
  await processes.clock.until(consumer.poll(1, 10));
  await consumer.commit([{ ...place, offset, metadata }]);
  await consumer.close();
};

describe('a log whose beginning is gone', () => {
  it('is read from where it begins, by a group that has committed nothing', async () => {
    const processes = await truncated();
    await steps(processes, await processes.open('0'));
    assert.equal((await processes.values(paidClicks)).length, 2);
    await processes.close();
  });

  it('is read from there again if the first transaction is lost', async () => {
    let isFirst = true;
    const processes = await truncated({
      faults: () => ({
        before: ({ operation, name }) => {
          if (operation !== 'commit' || name !== 'counting-0' || !isFirst) return;
          isFirst = false;
          throw new MillraceError('transaction_aborted', 'refused on purpose');
        },
      }),
    });
    await steps(processes, await processes.open('0'));
    assert.equal(isFirst, false);
    assert.equal((await processes.values(paidClicks)).length, 2);
    await processes.close();
  });

  for (const [who, metadata] of [
    ['Millrace', 'm1;1;0,0,0;1'],
    ['another program', ''],
  ] as const) {
    it(`stops a process whose group stands before it, with the size of the gap, even if ${who} has put it there`, async () => {
      const processes = await truncated();
      await commit(processes, 1, metadata);
      await assert.rejects(steps(processes, await processes.open('0')), {
        code: 'offset_out_of_range',
        message: 'clicked/0 was committed at 1, but its log begins at 3: 2 records are gone',
      });
      await processes.cluster.close();
    });
  }
});

describe('a key in a partition that is not its own', () => {
  it('stops the process, naming where it is and where it belongs', async () => {
    const processes = await Processes.of(counting, { partitions: 4 });
    const encode = await processes.wire.encoder(clicked.name, clickType);
    const producer = await processes.cluster.producer();
    const own = partitionOf(Buffer.from('a'), 4);
    const partition = (own + 1) % 4;
    await producer.send({ topic: clicked.name, partition, key: Buffer.from('a'), value: encode(clickOf('a')) });
    await assert.rejects(steps(processes, await processes.open('0')), {
      code: 'wrong_partition',
      message: `the key of clicked:${partition}:0 belongs to partition ${own} of 4: its producer does not use murmur2`,
    });
    assert.deepEqual(await processes.records(paidClicks.name), []);
    await processes.cluster.close();
  });

  it('is no matter of records without a key', async () => {
    const processes = await Processes.of(counting, { partitions: 4 });
    const encode = await processes.wire.encoder(clicked.name, clickType);
    const producer = await processes.cluster.producer();
    for (let n = 0; n < 4; n += 1) await producer.send({ topic: clicked.name, partition: n, key: null, value: encode(clickOf('a')) });
    await steps(processes, await processes.open('0'));
    assert.equal((await processes.values(paidClicks)).length, 4);
    await processes.close();
  });
});
