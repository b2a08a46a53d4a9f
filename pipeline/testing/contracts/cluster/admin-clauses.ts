import assert from 'node:assert/strict';
import { hasCode } from './has-code.ts';
import { Assignments, type ClusterClause, clause, memberOf, sendTexts, text, textsOf } from './bench.ts';

/** What tools can ask, and how everything ends. */
export const adminClauses: ReadonlyArray<ClusterClause> = [
  clause('creates topics once and leaves those that exist as they are', ['createTopics'], async (bench) => {
    const cluster = await bench.connect();
    const admin = await cluster.admin();
    const topics = [bench.name('topic'), bench.name('topic')].map((topic, index) => ({ topic, partitions: index + 2 }));
    await admin.createTopics(topics);
    await admin.createTopics([...topics.map(({ topic }) => ({ topic, partitions: 9 })), { topic: bench.name('topic'), partitions: 1 }]);
    const names = topics.map(({ topic }) => topic);
    assert.deepEqual([...(await admin.partitions(names))].sort(), topics.map(({ topic, partitions }) => [topic, partitions]).sort());
  }),
  clause('leaves unknown topics out of the partition counts and creates none by asking', ['createTopics'], async (bench) => {
    const cluster = await bench.connect();
    const admin = await cluster.admin();
    const unknown = bench.name('unknown');
    assert.deepEqual(await admin.partitions([unknown]), new Map());
    assert.deepEqual(await admin.partitions([unknown]), new Map());
  }),
  clause('deletes topics, and those that do not exist without complaint', ['createTopics'], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster);
    const admin = await cluster.admin();
    await admin.deleteTopics([topic, bench.name('unknown')]);
    await bench.until(async () => (await admin.partitions([topic])).size === 0, 'the topic to be gone');
  }),
  clause('gives each topic an id, and another one when it is made anew', ['createTopics'], async (bench) => {
    const cluster = await bench.connect();
    const admin = await cluster.admin();
    const topics = [await bench.topic(cluster), await bench.topic(cluster)];
    const before = await admin.topicIds([...topics, bench.name('unknown')]);
    assert.deepEqual([...before.keys()].sort(), [...topics].sort());
    assert.deepEqual(await admin.topicIds(topics), before);
    const [topic = ''] = topics;
    await admin.deleteTopics([topic]);
    await bench.until(async () => (await admin.topicIds([topic])).size === 0, 'the topic to be gone');
    await admin.createTopics([{ topic, partitions: 1 }]);
    const after = await admin.topicIds([topic]);
    assert.equal(new Set([...before.values(), ...after.values()]).size, 3);
  }),
  clause('removes the records before an offset', ['createTopics'], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster);
    await sendTexts(cluster, topic, ['a', 'b', 'c']);
    const admin = await cluster.admin();
    await admin.deleteRecordsBefore([{ topic, partition: 0, offset: 2 }]);
    assert.deepEqual(await admin.watermarks({ topic, partition: 0 }, 'committed'), { low: 2, high: 3 });
    const reader = await cluster.reader('committed');
    await reader.assign([{ topic, partition: 0, offset: 2 }]);
    assert.deepEqual(textsOf(await bench.take(reader, 1)), ['c']);
  }),
  clause('tells both watermarks of a topic without transactions', [], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster);
    await sendTexts(cluster, topic, ['a', 'b']);
    const admin = await cluster.admin();
    const partition = { topic, partition: 0 };
    assert.deepEqual(await admin.watermarks(partition, 'committed'), { low: 0, high: 2 });
    assert.deepEqual(await admin.watermarks(partition, 'uncommitted'), { low: 0, high: 2 });
  }),
  // What cannot create topics does not know of times either: it answers with the end.
  clause('finds the first offset of a time, and the end where nothing is as late', ['createTopics'], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster);
    const producer = await cluster.producer();
    const base = Date.UTC(2024, 0, 1);
    for (const at of [0, 10, 20]) await producer.send({ topic, partition: 0, key: null, value: Buffer.from('a'), timestamp: base + at });
    const admin = await cluster.admin();
    const place = { topic, partition: 0 };
    const offsets = await Promise.all([-1, 0, 1, 10, 20, 21].map((after) => admin.offsetsAt([place], base + after)));
    assert.deepEqual(
      offsets.flat().map(({ offset }) => offset),
      [0, 0, 1, 1, 2, 3],
    );
  }),
  clause('refuses a topic that does not exist, by name', ['createTopics'], async (bench) => {
    const cluster = await bench.connect();
    const producer = await cluster.producer();
    await assert.rejects(producer.send(text(bench.name('unknown'), 'a')), hasCode('unknown_topic'));
  }),
  clause('closes everything that was made from it, twice without harm', [], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster);
    await sendTexts(cluster, topic, ['a']);
    const assignments = new Assignments();
    const consumer = await cluster.groupConsumer(memberOf(bench.name('group'), [topic], assignments));
    await bench.take(consumer, 1);
    await cluster.reader('committed');
    await cluster.transactionalProducer(bench.name('tx'));
    await cluster.close();
    await consumer.close();
    await cluster.close();
    assert.deepEqual(assignments.owned, new Set());
  }),
];
