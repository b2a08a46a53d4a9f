import assert from 'node:assert/strict';
import type { NativeConsumer, StoredOffset } from '../../../../pipeline/cluster/kafka/client.ts';
import { committedOffsets } from '../../../../pipeline/cluster/kafka/committed-offsets.ts';

/** A client that gives this answer to whoever asks what is committed. */
const answering = (...answer: ReadonlyArray<StoredOffset | Error>): NativeConsumer =>
  ({
    committed: (_partitions: unknown, _ms: number, callback: (error: null, found: unknown) => void) => callback(null, answer),
  }) as unknown as NativeConsumer;

const both = [0, 1].map((partition) => ({ topic: 't', partition }));

describe('committedOffsets', () => {
  it('leaves out partitions of which nothing is committed', async () => {
    const native = answering({ topic: 't', partition: 0, offset: 7, metadata: 'note' }, { topic: 't', partition: 1 });
    assert.deepEqual(await committedOffsets(native, both, 100), [{ topic: 't', partition: 0, offset: 7, metadata: 'note' }]);
  });

  it('does not take a partition of which it could not be told for one of which nothing is committed', async () => {
    const native = answering({ topic: 't', partition: 0, offset: 7 }, new Error('Broker: Unstable offset'));
    await assert.rejects(committedOffsets(native, both, 100), { code: 'cluster_unavailable', message: /Unstable offset/ });
  });
});
