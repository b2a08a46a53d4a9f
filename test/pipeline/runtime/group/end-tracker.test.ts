import assert from 'node:assert/strict';
import { MillraceError } from '../../../../pipeline/core/errors.ts';
import type { Isolation, TopicPartition } from '../../../../pipeline/core/ports/cluster.ts';
import { EventClock } from '../../../../pipeline/runtime/clock/partition-clock.ts';
import { EndTracker } from '../../../../pipeline/runtime/group/end-tracker.ts';
import { PartitionQueue } from '../../../../pipeline/runtime/task/partition-queue.ts';
import { VirtualClock } from '../../../../pipeline/testing/virtual-clock.ts';
import { stubConsumer } from '../open-task.ts';

const freshMs = 250;
const half = freshMs / 2;

interface Question {
  readonly partitions: ReadonlyArray<number>;
  readonly isolation: Isolation;
}

const queueOf = (partition: number): PartitionQueue =>
  new PartitionQueue({ entry: 'in', at: { topic: 'clicked', partition } }, new EventClock(), { holdsClock: true, now: 0 });

/** A tracker over a consumer whose position and whose broker's answer a test sets. */
const scene = () => {
  const clock = new VirtualClock();
  const broker = { end: 10 as number | undefined, position: 0, failure: undefined as Error | undefined, delay: Promise.resolve() };
  const asked: Question[] = [];
  const ends = async (places: ReadonlyArray<TopicPartition>, isolation: Isolation): Promise<ReadonlyArray<number | undefined>> => {
    asked.push({ partitions: places.map(({ partition }) => partition), isolation });
    const { end, failure } = broker;
    await broker.delay;
    if (failure !== undefined) throw failure;
    return places.map(() => end);
  };
  const queue = queueOf(0);
  const tracker = new EndTracker(stubConsumer({ position: () => broker.position, ends }), clock, freshMs);
  const mayBringMore = async (): Promise<boolean> => {
    await tracker.refresh([queue]);
    return tracker.mayBringMore(queue);
  };
  return { clock, broker, asked, queue, tracker, mayBringMore };
};

/** Lets what was asked in the background be answered. */
const answered = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('whether a partition may bring more', () => {
  it('is so until its end is reached, what is uncommitted included', async () => {
    const { broker, asked, mayBringMore } = scene();
    broker.position = 9;
    assert.equal(await mayBringMore(), true);
    assert.equal(asked[0]?.isolation, 'uncommitted');
    broker.position = 10;
    assert.equal(await mayBringMore(), false);
    assert.equal(asked.length, 1);
  });

  it('counts what has been fed where the client does not know its position', async () => {
    const { queue, mayBringMore } = scene();
    queue.position = 10;
    assert.equal(await mayBringMore(), false);
  });

  it('is asked for when half of the time is over, without waiting for the answer', async () => {
    const { clock, broker, asked, mayBringMore } = scene();
    broker.position = 10;
    await mayBringMore();
    await clock.advance(half - 1);
    await mayBringMore();
    assert.equal(asked.length, 1);
    await clock.advance(1);
    broker.end = 11;
    assert.equal(await mayBringMore(), false);
    assert.equal(asked.length, 2);
    await answered();
    assert.equal(await mayBringMore(), true);
    assert.equal(asked.length, 2);
  });

  it('is waited for once the answer is old, also while it is being asked for', async () => {
    const { clock, broker, asked, mayBringMore } = scene();
    await mayBringMore();
    await clock.advance(half);
    let answer = (): void => undefined;
    broker.delay = new Promise((resolve) => (answer = resolve));
    await mayBringMore();
    await clock.advance(half);
    const later = mayBringMore();
    let isTold = false;
    void later.then(() => (isTold = true));
    await answered();
    assert.equal(isTold, false);
    broker.position = 10;
    answer();
    assert.equal(await later, false);
    assert.equal(asked.length, 2);
  });

  it('is asked about all that is waited for at once', async () => {
    const { clock, asked, tracker } = scene();
    const queues = [0, 1, 2].map(queueOf);
    await tracker.refresh(queues.slice(0, 2));
    await tracker.refresh(queues.slice(2));
    await clock.advance(freshMs);
    await tracker.refresh(queues);
    assert.deepEqual(
      asked.map(({ partitions }) => partitions),
      [[0, 1], [2], [0, 1, 2]],
    );
  });

  it('is so while the broker does not answer, even if it was at its end before, and it is not asked without end', async () => {
    const { clock, broker, asked, mayBringMore } = scene();
    broker.position = 10;
    assert.equal(await mayBringMore(), false);
    broker.failure = new MillraceError('cluster_unavailable', 'no answer');
    await clock.advance(freshMs);
    assert.equal(await mayBringMore(), true);
    assert.equal(await mayBringMore(), true);
    assert.equal(asked.length, 2);
  });

  it('is so while nobody leads the partition', async () => {
    const { broker, mayBringMore } = scene();
    broker.position = 10;
    broker.end = undefined;
    assert.equal(await mayBringMore(), true);
  });

  it('is so after the partition has been away', async () => {
    const { broker, queue, tracker, mayBringMore } = scene();
    broker.position = 10;
    await mayBringMore();
    tracker.forget([queue.at]);
    assert.equal(tracker.mayBringMore(queue), true);
  });

  it('cannot be told if the broker answers with an error that does not pass', async () => {
    const { clock, broker, mayBringMore } = scene();
    await mayBringMore();
    broker.failure = new MillraceError('unknown_topic', 'gone');
    await clock.advance(half);
    await mayBringMore();
    await answered();
    await assert.rejects(mayBringMore(), { code: 'unknown_topic' });
    await clock.advance(freshMs);
    await assert.rejects(mayBringMore(), { code: 'unknown_topic' });
  });
});
