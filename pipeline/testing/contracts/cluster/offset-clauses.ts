import assert from 'node:assert/strict';
import type { Cluster, CommittedOffset, GroupConsumer, TopicPartition } from '../../../core/ports/cluster.ts';
import { Assignments, type ClusterBench, type ClusterClause, clause, memberOf, partitionsOf, sendTexts, text, textsOf } from './bench.ts';

interface Scene {
  readonly cluster: Cluster;
  readonly topic: string;
  readonly group: string;
  readonly consumer: GroupConsumer;
}

const scene = async (bench: ClusterBench, values: ReadonlyArray<string> = []): Promise<Scene> => {
  const cluster = await bench.connect();
  const topic = await bench.topic(cluster);
  await sendTexts(cluster, topic, ['first', ...values]);
  const group = bench.name('group');
  return { cluster, topic, group, consumer: await joined(bench, cluster, { topic, group }) };
};

/** A member that has everything assigned and has read the first record. */
const joined = async (
  bench: ClusterBench,
  cluster: Cluster,
  { topic, group }: { topic: string; group: string },
): Promise<GroupConsumer> => {
  const assignments = new Assignments();
  const consumer = await cluster.groupConsumer(memberOf(group, [topic], assignments));
  const partitions = await partitionsOf(cluster, topic);
  await bench.pollUntil([consumer], () => assignments.owned.size === partitions);
  return consumer;
};

const offsetOf = (topic: string, offset: number, metadata = ''): CommittedOffset => ({ topic, partition: 0, offset, metadata });

const committedOf = async (consumer: GroupConsumer, partition: TopicPartition): Promise<ReadonlyArray<unknown>> =>
  (await consumer.committed([partition])).map(({ offset, metadata }) => ({ offset, metadata }));

/** What groups remember. */
export const offsetClauses: ReadonlyArray<ClusterClause> = [
  clause('gives back committed offsets with their metadata and leaves out partitions without any', [], async (bench) => {
    const { topic, group, consumer, cluster } = await scene(bench, ['a', 'b']);
    const partition = { topic, partition: 0 };
    assert.deepEqual(await consumer.committed([partition]), []);
    await consumer.commit([offsetOf(topic, 2, 'clock=1700000000000;время')]);
    const expected = [{ offset: 2, metadata: 'clock=1700000000000;время' }];
    assert.deepEqual(await committedOf(consumer, partition), expected);
    const admin = await cluster.admin();
    assert.deepEqual(await admin.committed(group, [partition]), [{ ...partition, ...expected[0] }]);
    assert.deepEqual(await admin.committed(bench.name('unknown'), [partition]), []);
  }),
  clause('makes offsets part of a transaction, with their metadata', ['transactions'], async (bench) => {
    const { topic, consumer, cluster } = await scene(bench);
    const producer = await cluster.transactionalProducer(bench.name('tx'));
    await producer.begin();
    producer.produce(text(topic, 'out'));
    await producer.sendOffsets(consumer, [offsetOf(topic, 1, 'first')]);
    await producer.commit();
    assert.deepEqual(await committedOf(consumer, { topic, partition: 0 }), [{ offset: 1, metadata: 'first' }]);
    await producer.begin();
    await producer.sendOffsets(consumer, [offsetOf(topic, 2, 'second')]);
    await producer.abort();
    assert.deepEqual(await committedOf(consumer, { topic, partition: 0 }), [{ offset: 1, metadata: 'first' }]);
  }),
  clause('waits with the committed offsets for the transaction that may change them', ['transactions'], async (bench) => {
    const { topic, consumer, cluster } = await scene(bench);
    const producer = await cluster.transactionalProducer(bench.name('tx'));
    await producer.begin();
    producer.produce(text(topic, 'out'));
    await producer.sendOffsets(consumer, [offsetOf(topic, 1, 'pending')]);
    const answered = { yet: false };
    const asked = committedOf(consumer, { topic, partition: 0 }).then((offsets) => {
      answered.yet = true;
      return offsets;
    });
    await bench.clock.sleep(300);
    assert.equal(answered.yet, false);
    await producer.commit();
    assert.deepEqual(await asked, [{ offset: 1, metadata: 'pending' }]);
  }),
  clause('starts a new member only when the transaction that may move its offset has ended', ['transactions'], async (bench) => {
    const { topic, group, consumer, cluster } = await scene(bench, ['second']);
    const producer = await cluster.transactionalProducer(bench.name('tx'));
    await producer.begin();
    producer.produce(text(topic, 'third'));
    await producer.sendOffsets(consumer, [offsetOf(topic, 1)]);
    await consumer.close();
    const assignments = new Assignments();
    const next = await cluster.groupConsumer(memberOf(group, [topic], assignments));
    assert.deepEqual(await bench.pollUntil([next], () => assignments.owned.size === 1), []);
    assert.deepEqual(await next.poll(10, 300), []);
    await producer.commit();
    assert.deepEqual(textsOf(await bench.take(next, 2)), ['second', 'third']);
  }),
  clause('commits offsets that are sent beside records, on every cluster', [], async (bench) => {
    const { topic, consumer, cluster } = await scene(bench);
    const producer = await cluster.transactionalProducer(bench.name('tx'));
    await producer.begin();
    producer.produce(text(topic, 'out'));
    await producer.sendOffsets(consumer, [offsetOf(topic, 1, 'm')]);
    await producer.commit();
    assert.deepEqual(await committedOf(consumer, { topic, partition: 0 }), [{ offset: 1, metadata: 'm' }]);
  }),
  clause('starts a new member at the committed offset', [], async (bench) => {
    const { topic, group, consumer, cluster } = await scene(bench, ['a', 'b', 'c']);
    await consumer.commit([offsetOf(topic, 2)]);
    await consumer.close();
    const next = await cluster.groupConsumer(memberOf(group, [topic], new Assignments()));
    assert.deepEqual(textsOf(await bench.take(next, 2)), ['b', 'c']);
  }),
  clause('starts at the latest record where nothing is committed and the member says so', ['createTopics'], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster);
    await sendTexts(cluster, topic, ['old']);
    const assignments = new Assignments();
    const consumer = await cluster.groupConsumer({ ...memberOf(bench.name('group'), [topic], assignments), from: 'latest' });
    const partition = { topic, partition: 0 };
    await bench.pollUntil([consumer], () => consumer.position(partition) === 1);
    await sendTexts(cluster, topic, ['new']);
    assert.deepEqual(textsOf(await bench.take(consumer, 1)), ['new']);
  }),
  clause('knows no position before the first fetch and the end after the last', [], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster);
    await sendTexts(cluster, topic, ['a', 'b']);
    const consumer = await cluster.groupConsumer(memberOf(bench.name('group'), [topic], new Assignments()));
    const partition = { topic, partition: 0 };
    assert.equal(consumer.position(partition), undefined);
    assert.deepEqual(textsOf(await bench.readTo(consumer, partition, 2)), ['a', 'b']);
    assert.equal(consumer.position(partition), 2);
  }),
];
