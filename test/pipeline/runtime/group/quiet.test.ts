import assert from 'node:assert/strict';
import { MillraceError } from '../../../../pipeline/core/errors.ts';
import { topology } from '../../../../pipeline/core/topology.ts';
import { EndTracker } from '../../../../pipeline/runtime/group/end-tracker.ts';
import { markQuiet } from '../../../../pipeline/runtime/group/quiet.ts';
import { clicked, clickOf, deadLetter, paidClicks } from '../../../support/clicks.ts';
import { openTask, stubConsumer } from '../open-task.ts';

const both = topology('both', { deadLetter }, (t) => {
  t.source('in', clicked)
    .merge('all', t.source('paid', paidClicks))
    .to('out', { ...paidClicks, name: 'all-clicks' });
});

const limits = { provisionalAfter: 5_000, excludeAfter: 60_000 };

/** A task of two partitions that are at their ends, unless the test says otherwise. */
const scene = async () => {
  const { task, env, click } = await openTask(both);
  const [first, second] = task.queues;
  assert(first !== undefined && second !== undefined);
  const broker = { high: 0, isDown: false };
  const consumer = stubConsumer({
    ends: (partitions) =>
      broker.isDown
        ? Promise.reject(new MillraceError('cluster_unavailable', 'no answer'))
        : Promise.resolve(partitions.map(() => broker.high)),
  });
  const mark = (at: number, excludeAfter: number | undefined = limits.excludeAfter): Promise<boolean> =>
    markQuiet(task, new EndTracker(consumer, env.clock, 0), { at, limits: { ...limits, excludeAfter } });
  return { task, first, second, broker, click, mark };
};

describe('silence', () => {
  it('counts from so long on, and makes a task idle once', async () => {
    const { task, mark } = await scene();
    assert.equal(await mark(4_999), false);
    assert.equal(task.isIdle, false);
    assert.equal(await mark(5_000), true);
    assert.equal(task.isIdle, true);
    assert.equal(await mark(6_000), false);
  });

  it('excludes a partition after longer, and not where that is never', async () => {
    const { task, first, mark } = await scene();
    await mark(59_999);
    assert.equal(first.excluded, false);
    await mark(60_000);
    assert.equal(first.excluded, true);
    assert.equal(task.isExcluded, true);
    const never = await openTask(both);
    const ends = new EndTracker(stubConsumer(), never.env.clock, 0);
    await markQuiet(never.task, ends, { at: 1e9, limits: { ...limits, excludeAfter: undefined } });
    assert.equal(never.task.isIdle, true);
    assert.equal(never.task.isExcluded, false);
  });

  it('of one partition excludes it, and makes nobody idle', async () => {
    const { task, first, second, mark } = await scene();
    second.lastRecordAt = 58_000;
    assert.equal(await mark(60_000), true);
    assert.deepEqual([first.excluded, second.excluded, task.isIdle], [true, false, false]);
    assert.equal(await mark(61_000), false);
  });

  it('is not meant by a broker that does not answer', async () => {
    const { task, first, broker, mark } = await scene();
    broker.isDown = true;
    assert.equal(await mark(60_000), false);
    assert.deepEqual([first.excluded, task.isIdle], [false, false]);
  });

  it('is not meant by a partition that is not at its end', async () => {
    const { task, first, broker, mark } = await scene();
    broker.high = 1;
    assert.equal(await mark(60_000), false);
    assert.deepEqual([first.excluded, task.isIdle], [false, false]);
  });

  it('is not meant by a partition that is paused, or that has something waiting', async () => {
    const { task, first, second, click, mark } = await scene();
    first.isPaused = true;
    second.push(await click(clickOf('a'), { topic: paidClicks.name }));
    assert.equal(await mark(60_000), false);
    assert.deepEqual([first.excluded, second.excluded, task.isIdle], [false, false, false]);
  });
});
