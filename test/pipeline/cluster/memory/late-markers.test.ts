import assert from 'node:assert/strict';
import { memoryCluster } from '../../../../pipeline/cluster/memory/memory-cluster.ts';
import { Assignments, memberOf, textsOf } from '../../../../pipeline/testing/contracts/cluster/bench.ts';
import { VirtualClock } from '../../../../pipeline/testing/virtual-clock.ts';

const place = { topic: 't', partition: 0 };

describe('a memory cluster whose markers come late', () => {
  it('lets the group know of a commit before readers see it, and a next transaction wait for them', async () => {
    const clock = new VirtualClock();
    const cluster = memoryCluster({ clock, autoCreatePartitions: 1, faults: { markerLag: () => 30 } });
    const consumer = await cluster.groupConsumer(memberOf('g', ['t'], new Assignments()));
    await clock.until(consumer.poll(1, 0));
    const producer = await cluster.transactionalProducer('id');
    await producer.begin();
    producer.produce({ ...place, key: null, value: Buffer.from('a') });
    await producer.sendOffsets(consumer, [{ ...place, offset: 5, metadata: '' }]);
    await producer.commit();
    assert.deepEqual(await consumer.committed([place]), [{ ...place, offset: 5, metadata: '' }]);
    const reader = await cluster.reader('committed');
    await reader.assign([{ ...place, offset: 0 }]);
    assert.deepEqual(await reader.poll(10, 0), []);
    assert.deepEqual(await reader.watermarks(place, 'committed'), { low: 0, high: 0 });
    assert.deepEqual(await reader.watermarks(place, 'uncommitted'), { low: 0, high: 1 });
    const waiting = reader.poll(10, 1_000);
    await clock.until(producer.begin());
    assert.equal(clock.monotonic(), 30);
    assert.deepEqual(textsOf(await clock.until(waiting)), ['a']);
    assert.equal(clock.monotonic(), 30);
    await cluster.close();
  });

  it('takes back an aborted transaction at once', async () => {
    const clock = new VirtualClock();
    const cluster = memoryCluster({ clock, autoCreatePartitions: 1, faults: { markerLag: () => 30 } });
    const producer = await cluster.transactionalProducer('id');
    await producer.begin();
    producer.produce({ ...place, key: null, value: Buffer.from('a') });
    await producer.abort();
    const reader = await cluster.reader('committed');
    assert.deepEqual(await reader.watermarks(place, 'committed'), { low: 0, high: 2 });
    await cluster.close();
  });
});
