import assert from 'node:assert/strict';
import type { Cluster, Headers, LogRecord, NewRecord } from '../../../core/ports/cluster.ts';
import { type ClusterBench, type ClusterClause, clause, partitionsOf, sendTexts, text, textsOf } from './bench.ts';

const readBack = async (bench: ClusterBench, records: ReadonlyArray<Omit<NewRecord, 'topic'>>): Promise<LogRecord[]> => {
  const cluster = await bench.connect();
  const topic = await bench.topic(cluster);
  const producer = await cluster.producer();
  for (const record of records) await producer.send({ topic, partition: 0, ...record });
  return bench.take(await readerOf(cluster, topic), records.length);
};

const readerOf = async (cluster: Cluster, topic: string): Promise<Awaited<ReturnType<Cluster['reader']>>> => {
  const reader = await cluster.reader('committed');
  await reader.assign([{ topic, partition: 0, offset: 0 }]);
  return reader;
};

/** The hashes of Java's murmur2, from Apache Kafka's own tests. */
const javaHashes: Readonly<Record<string, number>> = {
  '21': -973932308,
  foobar: -790332482,
  'a-little-bit-long-string': -985981536,
  'a-little-bit-longer-string': -1486304829,
  lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58897971,
  abc: 479470107,
};

/** What a record is and where it goes. */
export const recordClauses: ReadonlyArray<ClusterClause> = [
  clause('keeps the order of each partition, with offsets that grow', [], async (bench) => {
    const values = Array.from({ length: 50 }, (_, index) => `value ${index}`);
    const records = await readBack(
      bench,
      values.map((value) => ({ key: null, value: Buffer.from(value) })),
    );
    assert.deepEqual(textsOf(records), values);
    assert.deepEqual(
      records.map(({ offset }) => offset),
      values.map((_, index) => index),
    );
  }),
  clause('tells null from empty, in keys and values', [], async (bench) => {
    const empty = Buffer.alloc(0);
    const records = await readBack(bench, [
      { key: null, value: Buffer.from('v') },
      { key: Buffer.from('k'), value: null },
      { key: Buffer.from('k'), value: empty },
      { key: empty, value: Buffer.from('v') },
    ]);
    assert.deepEqual(
      records.map(({ key, value }) => [key?.toString() ?? null, value?.toString() ?? null]),
      [
        [null, 'v'],
        ['k', null],
        ['k', ''],
        ['', 'v'],
      ],
    );
  }),
  clause('keeps headers in their order, repeated ones, empty ones and bytes that are no text', [], async (bench) => {
    const headers: Headers = [
      { a: Buffer.from('1') },
      { b: Buffer.from([0, 255, 128]) },
      { a: Buffer.from('2') },
      { 'naïve ключ': Buffer.from('é') },
      { empty: Buffer.alloc(0) },
    ];
    const [record] = await readBack(bench, [{ key: null, value: Buffer.from('v'), headers }]);
    assert.deepEqual(record?.headers, headers);
  }),
  clause('leaves headers out of a record that has none', [], async (bench) => {
    const records = await readBack(bench, [
      { key: null, value: Buffer.from('v') },
      { key: null, value: Buffer.from('v'), headers: [] },
    ]);
    assert.deepEqual(
      records.map(({ headers }) => headers),
      [undefined, undefined],
    );
  }),
  clause('keeps unicode in keys and values', [], async (bench) => {
    const [record] = await readBack(bench, [{ key: Buffer.from('ключ 🔑'), value: Buffer.from('значение 值 🚀') }]);
    assert.deepEqual([String(record?.key), String(record?.value)], ['ключ 🔑', 'значение 值 🚀']);
  }),
  clause('keeps the timestamp that it is given and sets the wall clock otherwise', [], async (bench) => {
    const before = bench.clock.now();
    const [given, set] = await readBack(bench, [
      { key: null, value: Buffer.from('v'), timestamp: 1_500_000_000_123 },
      { key: null, value: Buffer.from('v') },
    ]);
    assert.equal(given?.timestamp, 1_500_000_000_123);
    assert.ok(set !== undefined && set.timestamp >= before && set.timestamp <= bench.clock.now());
  }),
  clause('carries a value of a million bytes', [], async (bench) => {
    const value = Buffer.alloc(1_000_000, 'millrace');
    const [record] = await readBack(bench, [{ key: null, value }]);
    assert.ok(record?.value?.equals(value));
  }),
  clause('puts a key into the partition that Java gives it', [], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster, 7);
    const producer = await cluster.producer();
    await producer.send(text(topic, 'makes the topic'));
    const partitions = await partitionsOf(cluster, topic);
    for (const [key, hash] of Object.entries(javaHashes)) {
      const { partition } = await producer.send({ topic, key: Buffer.from(key), value: null });
      assert.equal(partition, (hash & 0x7fffffff) % partitions, `the partition of '${key}'`);
    }
  }),
  clause('puts keyed records of a transaction into the same partitions', ['transactions'], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster, 7);
    const producer = await cluster.transactionalProducer(bench.name('tx'));
    await producer.begin();
    for (const key of Object.keys(javaHashes)) producer.produce({ topic, key: Buffer.from(key), value: null });
    await producer.commit();
    const reader = await cluster.reader('committed');
    await reader.assign(Array.from({ length: 7 }, (_, partition) => ({ topic, partition, offset: 0 })));
    const records = await bench.take(reader, Object.keys(javaHashes).length);
    for (const { key, partition } of records) assert.equal(partition, ((javaHashes[String(key)] ?? 0) & 0x7fffffff) % 7);
  }),
  clause('tells the sender the place of each record', [], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster);
    await sendTexts(cluster, topic, ['a', 'b']);
    const producer = await cluster.producer();
    assert.deepEqual(await producer.send(text(topic, 'c')), { topic, partition: 0, offset: 2 });
  }),
];
