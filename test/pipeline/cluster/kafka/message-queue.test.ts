import assert from 'node:assert/strict';
import { MessageQueue, passes } from '../../../../pipeline/cluster/kafka/message-queue.ts';
import type { LogRecord } from '../../../../pipeline/core/ports/cluster.ts';
import { type Catch, FakeConsumer, recordAt } from './fake-consumer.ts';

const at = (partition: number): { topic: string; partition: number } => ({ topic: 't', partition });

const queueOf = (...catches: Catch[]): { fake: FakeConsumer; queue: MessageQueue } => {
  const fake = new FakeConsumer();
  fake.catches.push(...catches);
  return { fake, queue: new MessageQueue(fake.native) };
};

const show = (records: ReadonlyArray<LogRecord>): string => records.map(({ partition, offset }) => `${partition}@${offset}`).join();

describe('MessageQueue', () => {
  it('hands out what the client fetched as it is, and knows the position after it', async () => {
    const records = [recordAt(0, 5), recordAt(0, 7), recordAt(1, 3)];
    const { queue } = queueOf({ records });
    await queue.fetch(10, 50);
    const taken = queue.take(10);
    assert.equal(taken[0], records[0]);
    assert.equal(show(taken), '0@5,0@7,1@3');
    assert.deepEqual([queue.position(at(0)), queue.position(at(1)), queue.position(at(2))], [8, 4, undefined]);
  });

  it('knows that the end is past the last record, where markers are', async () => {
    const { queue } = queueOf({ records: [recordAt(0, 5)], ends: [{ ...at(0), offset: 9 }] });
    await queue.fetch(10, 50);
    assert.equal(queue.position(at(0)), 5);
    queue.take(10);
    assert.equal(queue.position(at(0)), 9);
    assert.deepEqual(queue.progress, [{ ...at(0), offset: 9, atEnd: true }]);
  });

  it('does not go back for an end that was reached before the last records', async () => {
    const { queue } = queueOf({ ends: [{ ...at(0), offset: 5 }], records: [recordAt(0, 5), recordAt(0, 6)] });
    await queue.fetch(10, 50);
    queue.take(10);
    assert.equal(queue.position(at(0)), 7);
  });

  it('keeps the rest of a catch, with the position before it', async () => {
    const { queue } = queueOf({ records: [recordAt(0, 1), recordAt(0, 2), recordAt(0, 3)], ends: [{ ...at(0), offset: 4 }] });
    await queue.fetch(10, 50);
    assert.equal(show(queue.take(2)), '0@1,0@2');
    assert.equal(queue.position(at(0)), 3);
    assert.equal(show(queue.take(2)), '0@3');
    assert.equal(queue.position(at(0)), 4);
  });

  it('puts what is fetched next behind what it keeps', async () => {
    const { queue } = queueOf({ records: [recordAt(0, 1), recordAt(0, 2)] }, { records: [recordAt(0, 3)] });
    await queue.fetch(10, 50);
    await queue.fetch(10, 50);
    assert.equal(show(queue.take(10)), '0@1,0@2,0@3');
  });

  it('keeps back what was fetched of a paused partition until it resumes', async () => {
    const { queue } = queueOf({ records: [recordAt(0, 1), recordAt(1, 1), recordAt(0, 2)] });
    await queue.fetch(10, 50);
    queue.pause([at(0)]);
    assert.equal(show(queue.take(10)), '1@1');
    assert.equal(queue.isReady, false);
    assert.equal(queue.position(at(0)), 1);
    queue.resume([at(0)]);
    assert.equal(queue.isReady, true);
    assert.equal(show(queue.take(10)), '0@1,0@2');
  });

  it('forgets what was fetched of partitions that leave', async () => {
    const { queue } = queueOf({ records: [recordAt(0, 1), recordAt(1, 1)], ends: [{ ...at(0), offset: 2 }] });
    await queue.fetch(10, 50);
    queue.drop([at(0)]);
    assert.equal(show(queue.take(10)), '1@1');
    assert.equal(queue.position(at(0)), undefined);
  });

  it('seeks only when a fetch has come back, and forgets what that brought', async () => {
    const { fake, queue } = queueOf({ records: [recordAt(0, 1), recordAt(1, 1)] }, { records: [recordAt(0, 0)] });
    fake.isHeld = true;
    const fetched = queue.fetch(10, 50);
    await Promise.resolve();
    const sought = queue.seek([{ ...at(0), offset: 0 }]);
    await Promise.resolve();
    assert.ok(!fake.calls.includes('seek t/0@0'));
    fake.isHeld = false;
    fake.release?.();
    await Promise.all([fetched, sought]);
    assert.equal(fake.calls.at(-1), 'seek t/0@0');
    assert.equal(queue.position(at(0)), 0);
    assert.equal(show(queue.take(10)), '1@1');
  });

  it('holds a thread for a tenth of a second at most', async () => {
    const { fake, queue } = queueOf();
    await queue.fetch(10, 60_000);
    await queue.fetch(10, 20);
    await queue.fetch(10, -5);
    assert.deepEqual(
      fake.calls.filter((call) => call.startsWith('timeout')),
      ['timeout 100', 'timeout 20', 'timeout 0'],
    );
  });

  it('tells errors that pass from those that do not', () => {
    const transport = { code: -195, message: 'broker transport failure' };
    assert.equal(passes(transport), true);
    assert.equal(passes({ ...transport, isFatal: true }), false);
    assert.equal(passes({ code: -140, message: 'no offset' }), false);
    assert.equal(passes({ code: 30, message: 'group not authorised' }), false);
  });
});
