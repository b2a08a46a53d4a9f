import assert from 'node:assert/strict';
import type { Cluster, Isolation, Reader, TransactionalProducer } from '../../../core/ports/cluster.ts';
import { hasCode } from './has-code.ts';
import { type ClusterBench, type ClusterClause, clause, sendTexts, text, textsOf } from './bench.ts';

interface Scene {
  readonly cluster: Cluster;
  readonly topic: string;
  readonly producer: TransactionalProducer;
  readonly id: string;
}

const scene = async (bench: ClusterBench): Promise<Scene> => {
  const cluster = await bench.connect();
  const topic = await bench.topic(cluster);
  const id = bench.name('tx');
  return { cluster, topic, id, producer: await cluster.transactionalProducer(id) };
};

const readerAt = async ({ cluster, topic }: Scene, isolation: Isolation, offset = 0): Promise<Reader> => {
  const reader = await cluster.reader(isolation);
  await reader.assign([{ topic, partition: 0, offset }]);
  return reader;
};

const write = async ({ producer, topic }: Scene, values: ReadonlyArray<string>, end: 'commit' | 'abort'): Promise<void> => {
  await producer.begin();
  for (const value of values) producer.produce(text(topic, value));
  await producer[end]();
};

/** Aborts what is in the log already: a client throws away what it has not sent. */
const writeAndAbort = async (bench: ClusterBench, here: Scene, values: ReadonlyArray<string>): Promise<void> => {
  const { high } = await (await here.cluster.admin()).watermarks({ topic: here.topic, partition: 0 }, 'uncommitted');
  await here.producer.begin();
  for (const value of values) here.producer.produce(text(here.topic, value));
  await bench.take(await readerAt(here, 'uncommitted', high), values.length);
  await here.producer.abort();
};

/** Everything that a committed reader sees up to the end of the log. */
const committedTexts = async (bench: ClusterBench, here: Scene): Promise<string[]> => {
  const reader = await readerAt(here, 'committed');
  const { high } = await reader.watermarks({ topic: here.topic, partition: 0 }, 'uncommitted');
  return textsOf(await bench.readTo(reader, { topic: here.topic, partition: 0 }, high));
};

/** What transactions hide and show. */
export const transactionClauses: ReadonlyArray<ClusterClause> = [
  clause('hides an open transaction from committed readers and shows it to uncommitted ones', ['transactions'], async (bench) => {
    const here = await scene(bench);
    const committed = await readerAt(here, 'committed');
    const uncommitted = await readerAt(here, 'uncommitted');
    await here.producer.begin();
    here.producer.produce(text(here.topic, 'open'));
    assert.deepEqual(textsOf(await bench.take(uncommitted, 1)), ['open']);
    assert.deepEqual(await committed.poll(10, 300), []);
    await here.producer.commit();
    assert.deepEqual(textsOf(await bench.take(committed, 1)), ['open']);
  }),
  clause('never shows what was aborted to committed readers, between what was committed', ['transactions'], async (bench) => {
    const here = await scene(bench);
    await write(here, ['a', 'b'], 'commit');
    await writeAndAbort(bench, here, ['c', 'd']);
    await write(here, ['e'], 'commit');
    await writeAndAbort(bench, here, ['f']);
    assert.deepEqual(await committedTexts(bench, here), ['a', 'b', 'e']);
    const { high } = await (await here.cluster.admin()).watermarks({ topic: here.topic, partition: 0 }, 'uncommitted');
    const all = await bench.readTo(await readerAt(here, 'uncommitted'), { topic: here.topic, partition: 0 }, high);
    assert.deepEqual(textsOf(all), ['a', 'b', 'c', 'd', 'e', 'f']);
  }),
  clause('holds committed readers back at the first open transaction, plain records after it included', ['transactions'], async (bench) => {
    const here = await scene(bench);
    const partition = { topic: here.topic, partition: 0 };
    await sendTexts(here.cluster, here.topic, ['before']);
    await here.producer.begin();
    here.producer.produce(text(here.topic, 'open'));
    await bench.take(await readerAt(here, 'uncommitted', 1), 1);
    await sendTexts(here.cluster, here.topic, ['after']);
    const admin = await here.cluster.admin();
    assert.deepEqual(await admin.watermarks(partition, 'committed'), { low: 0, high: 1 });
    assert.deepEqual(await admin.watermarks(partition, 'uncommitted'), { low: 0, high: 3 });
    const reader = await readerAt(here, 'committed');
    assert.deepEqual(textsOf(await bench.readTo(reader, partition, 1)), ['before']);
    await here.producer.abort();
    assert.deepEqual(textsOf(await bench.take(reader, 1)), ['after']);
  }),
  clause('moves the position past markers and aborted records, to the high watermark', ['transactions'], async (bench) => {
    const here = await scene(bench);
    const partition = { topic: here.topic, partition: 0 };
    const reader = await readerAt(here, 'committed');
    await write(here, ['a', 'b'], 'commit');
    assert.deepEqual(textsOf(await bench.readTo(reader, partition, 3)), ['a', 'b']);
    await writeAndAbort(bench, here, ['c']);
    assert.deepEqual(await bench.readTo(reader, partition, 5), []);
    assert.equal(reader.position(partition), 5);
    assert.deepEqual(await reader.watermarks(partition, 'committed'), { low: 0, high: 5 });
  }),
  clause(
    'lets a committed reader reach the uncommitted end that was taken while a transaction was open',
    ['transactions'],
    async (bench) => {
      const here = await scene(bench);
      const partition = { topic: here.topic, partition: 0 };
      await here.producer.begin();
      here.producer.produce(text(here.topic, 'open'));
      await bench.take(await readerAt(here, 'uncommitted'), 1);
      const reader = await readerAt(here, 'committed');
      const { high } = await reader.watermarks(partition, 'uncommitted');
      await here.producer.commit();
      assert.deepEqual(textsOf(await bench.readTo(reader, partition, high)), ['open']);
    },
  ),
  clause('fences the earlier holder of a transactional id and aborts what it left open', ['transactions'], async (bench) => {
    const here = await scene(bench);
    await here.producer.begin();
    here.producer.produce(text(here.topic, 'lost'));
    await bench.take(await readerAt(here, 'uncommitted'), 1);
    const newer = await (await bench.connect('two')).transactionalProducer(here.id);
    await assert.rejects(async () => {
      here.producer.produce(text(here.topic, 'too late'));
      await here.producer.commit();
    }, hasCode('fenced'));
    await write({ ...here, producer: newer }, ['new'], 'commit');
    assert.deepEqual(await committedTexts(bench, here), ['new']);
  }),
  clause('commits and aborts transactions in which nothing was written', [], async (bench) => {
    const here = await scene(bench);
    await write(here, [], 'commit');
    await write(here, [], 'abort');
    await write(here, ['a'], 'commit');
    assert.deepEqual(textsOf(await bench.take(await readerAt(here, 'committed'), 1)), ['a']);
  }),
  clause('aborts what is open when a producer is closed', ['transactions'], async (bench) => {
    const here = await scene(bench);
    await here.producer.begin();
    here.producer.produce(text(here.topic, 'open'));
    await bench.take(await readerAt(here, 'uncommitted'), 1);
    await here.producer.close();
    await sendTexts(here.cluster, here.topic, ['after']);
    assert.deepEqual(await committedTexts(bench, here), ['after']);
  }),
];
