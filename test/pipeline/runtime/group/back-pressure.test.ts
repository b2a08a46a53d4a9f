import assert from 'node:assert/strict';
import type { TopicPartition } from '../../../../pipeline/core/ports/cluster.ts';
import { topology } from '../../../../pipeline/core/topology.ts';
import { BackPressure } from '../../../../pipeline/runtime/group/back-pressure.ts';
import { clicked, clickOf, deadLetter, newYear, paidClicks } from '../../../support/clicks.ts';
import { clicksAt, openTask, stubConsumer } from '../open-task.ts';
import { Processes } from '../../../../pipeline/testing/processes.ts';

const allClicks = { ...paidClicks, name: 'all-clicks' };

const both = topology('both', { deadLetter }, (t) => {
  t.source('in', clicked).merge('all', t.source('paid', paidClicks)).to('out', allClicks);
});

/** A task whose first queue holds ten clicks, and what a consumer has been told. */
const scene = async () => {
  const open = await openTask(both);
  const [queue, empty] = open.task.queues;
  assert(queue !== undefined && empty !== undefined);
  for (const record of await clicksAt(open, clicked.name, ...Array.from({ length: 10 }, (_, n) => newYear + n))) queue.push(record);
  const told: string[] = [];
  const tell = (verb: string) => (places: ReadonlyArray<TopicPartition>) =>
    void told.push(...places.map(({ topic, partition }) => `${verb} ${topic}/${partition}`));
  const consumer = stubConsumer({ pause: tell('pause'), resume: tell('resume') });
  const apply = (budget: number): void => new BackPressure(budget, open.meter, 'both').apply(consumer, [open.task]);
  return { ...open, queue, empty, told, apply };
};

describe('back-pressure', () => {
  it('lets a task have what its budget allows', async () => {
    const { queue, told, apply } = await scene();
    apply(queue.bytes);
    assert.deepEqual(told, []);
  });

  it('pauses what fills a task past its budget, once, and not the partition that it may wait for', async () => {
    const { queue, told, meter, apply } = await scene();
    apply(queue.bytes - 1);
    apply(queue.bytes - 1);
    assert.deepEqual(told, ['pause clicked/0']);
    assert.equal(meter.counted('partition_pauses_total', { topic: 'clicked' }), 1);
  });

  it('resumes it only when half of the budget is free', async () => {
    const { queue, told, apply } = await scene();
    const budget = queue.bytes - 1;
    apply(budget);
    queue.drop(4);
    assert(queue.bytes >= budget / 2);
    apply(budget);
    assert.equal(told.length, 1);
    queue.drop(2);
    apply(budget);
    assert.deepEqual(told, ['pause clicked/0', 'resume clicked/0']);
  });

  it('resumes a partition of which nothing waits any more, however full the others are', async () => {
    const { queue, empty, told, apply, click } = await scene();
    empty.push(await click(clickOf('a'), { topic: paidClicks.name }));
    const budget = queue.bytes / 2;
    apply(budget);
    empty.drop(1);
    apply(budget);
    assert.deepEqual(told, ['pause clicked/0', 'pause clicks.paid/0', 'resume clicks.paid/0']);
  });

  it('bounds what waits while another partition is waited for, and gets through all of it', async () => {
    const bufferBytes = 2_000;
    const processes = await Processes.of(both, { settings: { bufferBytes, pollRecords: 10 } });
    await processes.put(clicked, ...Array.from({ length: 500 }, (_, n) => clickOf('a', newYear + n)));
    const other = await processes.cluster.transactionalProducer('other');
    await other.begin();
    other.produce({ topic: paidClicks.name, key: Buffer.from('a'), value: null });
    const runner = await processes.open('0');
    const steps = async (count: number): Promise<number> => {
      let most = 0;
      for (let step = 0; step < count; step += 1) {
        await processes.clock.until(runner.step(10));
        most = Math.max(most, ...runner.tasks.flatMap(({ queues }) => queues.map(({ bytes }) => bytes)));
      }
      return most;
    };
    const most = await steps(100);
    assert(most > bufferBytes && most < 2 * bufferBytes, `${most} bytes were waiting`);
    await other.commit();
    await steps(300);
    await processes.clock.until(runner.commitNow());
    assert.equal((await processes.values(allClicks)).length, 500);
    await processes.close();
  });
});
