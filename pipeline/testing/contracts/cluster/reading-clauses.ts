import assert from 'node:assert/strict';
import { hasCode } from './has-code.ts';
import { Assignments, type ClusterClause, clause, memberOf, partitionsOf, sendTexts, text, textsOf } from './bench.ts';

/** How readers and members move about. */
export const readingClauses: ReadonlyArray<ClusterClause> = [
  clause('reads a chosen partition from a chosen offset, and the next choice replaces it', [], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster);
    await sendTexts(cluster, topic, ['a', 'b', 'c']);
    const reader = await cluster.reader('committed');
    await reader.assign([{ topic, partition: 0, offset: 1 }]);
    assert.deepEqual(textsOf(await bench.take(reader, 2)), ['b', 'c']);
    await reader.assign([{ topic, partition: 0, offset: 0 }]);
    assert.deepEqual(textsOf(await bench.take(reader, 3)), ['a', 'b', 'c']);
  }),
  clause('returns nothing, in time, when there is nothing to read', [], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster);
    await sendTexts(cluster, topic, ['a']);
    const reader = await cluster.reader('committed');
    await reader.assign([{ topic, partition: 0, offset: 1 }]);
    const start = bench.clock.monotonic();
    assert.deepEqual(await reader.poll(10, 500), []);
    assert.ok(bench.clock.monotonic() - start >= 400);
    assert.equal(reader.position({ topic, partition: 0 }), 1);
  }),
  clause('returns early when a record comes', [], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster);
    await sendTexts(cluster, topic, ['a']);
    const reader = await cluster.reader('committed');
    await reader.assign([{ topic, partition: 0, offset: 1 }]);
    const start = bench.clock.monotonic();
    const polled = reader.poll(10, 20_000);
    await sendTexts(cluster, topic, ['b']);
    assert.deepEqual(textsOf(await polled), ['b']);
    assert.ok(bench.clock.monotonic() - start < 15_000);
  }),
  clause('returns no more records than were asked for, and the rest later', [], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster);
    const values = Array.from({ length: 10 }, (_, index) => String(index));
    await sendTexts(cluster, topic, values);
    const reader = await cluster.reader('committed');
    await reader.assign([{ topic, partition: 0, offset: 0 }]);
    const seen: string[] = [];
    await bench.until(async () => {
      const batch = await reader.poll(3, 200);
      assert.ok(batch.length <= 3);
      seen.push(...textsOf(batch));
      return seen.length === 10;
    }, 'ten records');
    assert.deepEqual(seen, values);
  }),
  clause('seeks back and reads again', [], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster);
    await sendTexts(cluster, topic, ['a', 'b', 'c']);
    const consumer = await cluster.groupConsumer(memberOf(bench.name('group'), [topic], new Assignments()));
    assert.deepEqual(textsOf(await bench.take(consumer, 3)), ['a', 'b', 'c']);
    await consumer.seek([{ topic, partition: 0, offset: 1 }]);
    assert.equal(consumer.position({ topic, partition: 0 }), 1);
    assert.deepEqual(textsOf(await bench.take(consumer, 2)), ['b', 'c']);
  }),
  clause('reads nothing of a paused partition and everything after it resumes', [], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster);
    await sendTexts(cluster, topic, ['a']);
    const consumer = await cluster.groupConsumer(memberOf(bench.name('group'), [topic], new Assignments()));
    await bench.take(consumer, 1);
    const producer = await cluster.producer();
    const partitions = [{ topic, partition: 0 }];
    consumer.pause(partitions);
    await producer.send(text(topic, 'b'));
    await producer.send(text(topic, 'other', (await partitionsOf(cluster, topic)) - 1));
    const whilePaused = textsOf(await consumer.poll(10, 500)).filter((value) => value === 'b');
    assert.deepEqual(whilePaused, []);
    consumer.resume(partitions);
    const rest = await bench.readTo(consumer, { topic, partition: 0 }, 2);
    assert.ok(textsOf(rest).includes('b'));
  }),
  clause('takes offset 0 for the beginning, wherever the log begins', ['createTopics'], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster);
    await sendTexts(cluster, topic, ['a', 'b', 'c']);
    const admin = await cluster.admin();
    await admin.deleteRecordsBefore([{ topic, partition: 0, offset: 2 }]);
    const reader = await cluster.reader('committed');
    await reader.assign([{ topic, partition: 0, offset: 0 }]);
    assert.deepEqual(textsOf(await bench.take(reader, 1)), ['c']);
  }),
  clause('refuses to read a topic that does not exist', ['createTopics'], async (bench) => {
    const cluster = await bench.connect();
    const reader = await cluster.reader('committed');
    await assert.rejects(async () => {
      await reader.assign([{ topic: bench.name('unknown'), partition: 0, offset: 1 }]);
      await reader.poll(1, 100);
    }, hasCode('unknown_topic'));
  }),
  clause('says loudly that an offset is not in the log any more', ['createTopics'], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster);
    await sendTexts(cluster, topic, ['a', 'b', 'c']);
    const admin = await cluster.admin();
    await admin.deleteRecordsBefore([{ topic, partition: 0, offset: 2 }]);
    const reader = await cluster.reader('committed');
    await assert.rejects(async () => {
      await reader.assign([{ topic, partition: 0, offset: 1 }]);
      await bench.take(reader, 1);
    }, hasCode('offset_out_of_range'));
  }),
];
