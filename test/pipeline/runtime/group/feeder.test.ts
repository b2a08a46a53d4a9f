import assert from 'node:assert/strict';
import { topology } from '../../../../pipeline/core/topology.ts';
import { EndTracker } from '../../../../pipeline/runtime/group/end-tracker.ts';
import { Feeder } from '../../../../pipeline/runtime/group/feeder.ts';
import { type Click, clicked, clickType, clickOf, deadLetter, newYear, paidClicks } from '../../../support/clicks.ts';
import { clicksAt, openTask, stubConsumer } from '../open-task.ts';

const both = topology('both', { deadLetter }, (t) => {
  t.source('in', clicked)
    .merge('all', t.source('paid', paidClicks))
    .to('out', { ...paidClicks, name: 'all-clicks' });
});

/** A task of two partitions, each fed one record at a time; whether they are at their ends is said by `high`. */
const scene = async () => {
  const open = await openTask(both, { settings: { chunkSize: 1 } });
  const [left, right] = open.task.queues;
  assert(left !== undefined && right !== undefined);
  open.task.isReady = true;
  const broker = { high: 0 };
  const consumer = stubConsumer({ ends: (partitions) => Promise.resolve(partitions.map(() => broker.high)) });
  let runs = 0;
  const fed = (): Promise<void> => {
    runs += 1;
    return Promise.resolve();
  };
  const feeder = new Feeder(open.env, new EndTracker(consumer, open.env.clock, 0), fed);
  const written = async (): Promise<ReadonlyArray<number>> => {
    const values: Click[] = [];
    const decoder = open.processes.wire.decoder(clickType);
    const bytes: Buffer[] = [];
    open.env.outbox.drainInto(({ value }) => {
      if (value !== null) bytes.push(value);
      return true;
    });
    for (const value of bytes) {
      const id = decoder.unknownId(value);
      if (id !== undefined) await decoder.learn(id);
      values.push(decoder.decode(value));
    }
    return values.map(({ at }) => at - newYear);
  };
  return { ...open, left, right, broker, feeder, written, runs: () => runs };
};

describe('a task with several partitions', () => {
  it('is fed from the one whose head is the oldest', async () => {
    const { task, left, right, feeder, written, runs, ...open } = await scene();
    for (const record of await clicksAt({ task, ...open }, clicked.name, newYear, newYear + 3, newYear + 5)) left.push(record);
    for (const record of await clicksAt({ task, ...open }, paidClicks.name, newYear + 1, newYear + 2, newYear + 4)) right.push(record);
    assert.equal(await feeder.feed([task]), 6);
    assert.deepEqual(await written(), [0, 1, 2, 3, 4, 5]);
    assert.equal(runs(), 6);
  });

  it('waits for the one that is empty and may bring older records, and says for how long', async () => {
    const { task, left, right, broker, feeder, written, meter, processes, click } = await scene();
    left.push(await click(clickOf('a', newYear + 1)));
    broker.high = 1;
    assert.equal(await feeder.feed([task]), 0);
    await processes.advance(2_000);
    assert.equal(await feeder.feed([task]), 0);
    assert.equal(meter.counted('waiting_seconds_total', { topic: paidClicks.name }), 2);
    right.push(await click(clickOf('a', newYear), { topic: paidClicks.name }));
    broker.high = 0;
    await processes.advance(1_000);
    assert.equal(await feeder.feed([task]), 2);
    assert.deepEqual(await written(), [0, 1]);
    await processes.advance(1_000);
    left.push(await click(clickOf('a', newYear + 2), { offset: 1 }));
    broker.high = 2;
    assert.equal(await feeder.feed([task]), 0);
    assert.equal(meter.counted('waiting_seconds_total'), 2);
  });

  it('does not wait for one that is excluded', async () => {
    const { task, left, right, broker, feeder, click } = await scene();
    left.push(await click(clickOf('a')));
    broker.high = 1;
    right.excluded = true;
    assert.equal(await feeder.feed([task]), 1);
  });

  it('gives way to the next task after some runs', async () => {
    const { task, left, feeder, ...open } = await scene();
    for (const record of await clicksAt({ task, ...open }, clicked.name, ...Array.from({ length: 20 }, (_, n) => newYear + n)))
      left.push(record);
    assert.equal(await feeder.feed([task]), 8);
    assert.equal(await feeder.feed([task, task]), 12);
  });

  it('is not fed before it is ready', async () => {
    const { task, left, feeder, click } = await scene();
    left.push(await click(clickOf('a')));
    task.isReady = false;
    assert.equal(await feeder.feed([task]), 0);
  });
});
