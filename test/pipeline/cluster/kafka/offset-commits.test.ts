import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { NativeConsumer } from '../../../../pipeline/cluster/kafka/client.ts';
import { MessageQueue } from '../../../../pipeline/cluster/kafka/message-queue.ts';
import { OffsetCommits } from '../../../../pipeline/cluster/kafka/offset-commits.ts';
import { FakeConsumer } from './fake-consumer.ts';

const stale = { code: 113, message: 'Broker: The member epoch is stale' };

/** A consumer that answers a commit from within `consume`, and ends that call only some turns of the loop later. */
class SlowConsumer extends FakeConsumer {
  answer: () => void = () => undefined;

  commit(): void {
    this.calls.push('commit');
  }

  override consume(max: number, callback: Parameters<FakeConsumer['consume']>[1]): void {
    this.answer();
    void turn()
      .then(() => turn())
      .then(() => super.consume(max, callback));
  }
}

const offsets = [{ topic: 't', partition: 0, offset: 5, metadata: '' }];

describe('plain commits of offsets', () => {
  const rejections: unknown[] = [];
  const note = (error: unknown): void => void rejections.push(error);
  const consumer = new SlowConsumer();
  const native: NativeConsumer = consumer.native;
  const queue = new MessageQueue(native);
  const commits = new OffsetCommits();

  beforeEach(() => {
    rejections.length = 0;
  });

  it('hands a refusal to the caller alone, however long the call in which it came goes on', async () => {
    consumer.answer = () => commits.take(stale);
    const others = process.rawListeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
    try {
      await assert.rejects(commits.commit(native, offsets, queue), (error) => error === stale);
    } finally {
      process.removeAllListeners('unhandledRejection');
      for (const other of others) process.on('unhandledRejection', other as (error: unknown) => void);
    }
    assert.deepEqual(rejections, []);
  });

  it('resolves when the group has the offsets', async () => {
    consumer.answer = () => commits.take(undefined);
    await commits.commit(native, offsets, queue);
    assert.deepEqual(consumer.calls.filter((call) => call === 'commit').length, 2);
  });
});
