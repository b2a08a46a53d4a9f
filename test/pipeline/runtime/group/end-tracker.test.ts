import assert from 'node:assert/strict';
import { MillraceError } from '../../../../pipeline/core/errors.ts';
import type { Watermarks } from '../../../../pipeline/core/ports/cluster.ts';
import { EventClock } from '../../../../pipeline/runtime/clock/partition-clock.ts';
import { EndTracker } from '../../../../pipeline/runtime/group/end-tracker.ts';
import { PartitionQueue } from '../../../../pipeline/runtime/task/partition-queue.ts';
import { VirtualClock } from '../../../../pipeline/testing/virtual-clock.ts';
import { stubConsumer } from '../open-task.ts';

const at = { topic: 'clicked', partition: 0 };
const freshMs = 250;

/** A tracker over a consumer whose position and whose broker's answer a test sets. */
const scene = () => {
  const clock = new VirtualClock();
  const broker = { high: 10, position: 0, asked: 0, isolation: '', failure: undefined as Error | undefined };
  const consumer = stubConsumer({
    position: () => broker.position,
    watermarks: (_, isolation): Promise<Watermarks> => {
      broker.asked += 1;
      broker.isolation = isolation;
      return broker.failure === undefined ? Promise.resolve({ low: 0, high: broker.high }) : Promise.reject(broker.failure);
    },
  });
  const queue = new PartitionQueue({ entry: 'in', at }, new EventClock(), { holdsClock: true, now: 0 });
  const tracker = new EndTracker(consumer, clock, freshMs);
  const mayBringMore = async (): Promise<boolean> => {
    await tracker.refresh([queue]);
    return tracker.mayBringMore(queue);
  };
  return { clock, broker, queue, tracker, mayBringMore };
};

describe('whether a partition may bring more', () => {
  it('is so until its end is reached, what is uncommitted included', async () => {
    const { clock, broker, tracker, queue, mayBringMore } = scene();
    assert.equal(tracker.mayBringMore(queue), true);
    broker.position = 9;
    assert.equal(await mayBringMore(), true);
    assert.equal(broker.isolation, 'uncommitted');
    broker.position = 10;
    await clock.advance(freshMs);
    assert.equal(await mayBringMore(), false);
  });

  it('counts what has been fed where the client does not know its position', async () => {
    const { queue, mayBringMore } = scene();
    queue.position = 10;
    assert.equal(await mayBringMore(), false);
  });

  it('is asked for again only when the answer is old', async () => {
    const { clock, broker, mayBringMore } = scene();
    await mayBringMore();
    await clock.advance(freshMs - 1);
    await mayBringMore();
    assert.equal(broker.asked, 1);
    await clock.advance(1);
    await mayBringMore();
    assert.equal(broker.asked, 2);
  });

  it('is so while the broker does not answer, even if it was at its end before', async () => {
    const { clock, broker, mayBringMore } = scene();
    broker.position = 10;
    assert.equal(await mayBringMore(), false);
    broker.failure = new MillraceError('cluster_unavailable', 'no answer');
    await clock.advance(freshMs);
    assert.equal(await mayBringMore(), true);
  });

  it('is so after the partition has been away', async () => {
    const { broker, queue, tracker, mayBringMore } = scene();
    broker.position = 10;
    await mayBringMore();
    tracker.forget([at]);
    assert.equal(tracker.mayBringMore(queue), true);
  });

  it('cannot be told if the broker answers with an error that does not pass', async () => {
    const { broker, mayBringMore } = scene();
    broker.failure = new MillraceError('unknown_topic', 'gone');
    await assert.rejects(mayBringMore(), { code: 'unknown_topic' });
  });
});
