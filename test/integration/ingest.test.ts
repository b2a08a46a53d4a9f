import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedRegistry } from '../../pipeline/avro/embedded-registry/start-embedded-registry.ts';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { createWire } from '../../pipeline/avro/wire.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { Cluster, LogRecord } from '../../pipeline/core/ports/cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { feedbackEvent, type FeedbackEvent } from '../../schemas/generated/feedback-event.ts';
import { writeKeys } from '../../services/ingest/auth/key-file.ts';
import { newKey } from '../../services/ingest/auth/new-key.ts';
import { topics } from '../../topologies/feedback/topics.ts';
import { signalsOf } from '../services/ingest/reference/declared.ts';
import { type KafkaBroker, startKafka } from '../support/kafka.ts';
import { type Millrace, startMillrace } from '../support/millrace.ts';
import { prepared } from '../support/prepared.ts';
import { skipBecause } from '../support/skip-because.ts';
import { until } from '../support/until.ts';

const { name } = topics.feedbackReceived;

/** Every feedback that stands in the log. */
const logged = async (cluster: Cluster): Promise<ReadonlyArray<FeedbackEvent>> => {
  const reader = await cluster.reader('committed');
  const { high } = await reader.watermarks({ topic: name, partition: 0 }, 'committed');
  await reader.assign([{ topic: name, partition: 0, offset: 0 }]);
  const records: LogRecord[] = [];
  await until('all is read', async () => records.push(...(await reader.poll(1_000, 200))) >= high, { within: 30_000 });
  await reader.close();
  return records.map(({ value }) => feedbackEvent.decode(value!.subarray(5)));
};

const idsByKey = (events: ReadonlyArray<FeedbackEvent>): ReadonlyMap<string, ReadonlySet<string>> => {
  const ids = new Map<string, Set<string>>();
  for (const { idempotency_key, feedback_id } of events) {
    const key = idempotency_key ?? '';
    ids.set(key, (ids.get(key) ?? new Set()).add(feedback_id));
  }
  return ids;
};

/** Declares what the test sends. */
const declare = async (cluster: Cluster, registry: string): Promise<void> => {
  const topic = topics.referenceSignals;
  const encode = await createWire(httpRegistry({ url: registry })).encoder(topic.name, topic.type);
  const producer = await cluster.producer();
  for (const signal of signalsOf('acme')) {
    await producer.send({ topic: topic.name, key: Buffer.from(`acme|${signal.key}`), value: encode(signal) });
  }
  await producer.close();
};

describe('millrace ingest on a real Kafka', function () {
  this.timeout(180_000);
  const key = newKey({ tenant: 'acme', scopes: ['write_feedback'], now: 0 });
  let broker: KafkaBroker;
  let cluster: Cluster;
  let api: Millrace;
  const opened: (() => Promise<unknown>)[] = [];

  before(async function () {
    const found = prepared('kafka');
    if ('missing' in found) return skipBecause(this, `Apache Kafka: ${found.missing}`);
    broker = await startKafka();
    opened.push(() => broker.close());
    cluster = kafkaCluster({ brokers: broker.bootstrap, clientId: 'ingest-test', clock: systemClock });
    opened.push(() => cluster.close());
    const admin = await cluster.admin();
    const { inferenceLogged, referenceSignals, referenceBlocklist } = topics;
    const others = [inferenceLogged, referenceSignals, referenceBlocklist].map((topic) => topic.name);
    await admin.createTopics([name, ...others].map((topic) => ({ topic, partitions: 1 })));
    await admin.close();
    const registry = await startEmbeddedRegistry();
    opened.push(() => registry.close());
    await declare(cluster, registry.url);
    const folder = await mkdtemp(path.join(tmpdir(), 'millrace-ingest-'));
    opened.push(() => rm(folder, { recursive: true }));
    const keys = path.join(folder, 'keys.json');
    await writeFile(keys, writeKeys([key.stored]));
    const where = ['--kafka', broker.bootstrap, '--registry', registry.url, '--keys', keys, '--port', '0', '--health-port', '0'];
    api = startMillrace(['ingest', ...where, '--ack-seconds', '2']);
    opened.push(() => api.kill());
  });

  after(async () => {
    for (const close of opened.toReversed()) await close();
  });

  it('loses nothing that it has answered 202, and has nothing under two ids, when the broker is killed while clients write', async () => {
    const [, url = '', health = ''] = await api.printed(/listens on (\S+); (\S+)\/healthz/);
    assert.equal((await fetch(`${health}/readyz`)).status, 200);
    const accepted = new Map<string, string>();
    const refused: number[] = [];
    const state = { isOver: false };

    const send = async (idempotencyKey: string): Promise<void> => {
      const answer = await fetch(`${url}/v1/feedback`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key.key}`, 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body: JSON.stringify({ inference_id: `inference of ${idempotencyKey}`, rating: 4 }),
      });
      const { id } = (await answer.json()) as { readonly id?: string };
      if (answer.status === 202 && id !== undefined) accepted.set(idempotencyKey, id);
      else refused.push(answer.status);
    };
    const write = async (writer: number): Promise<void> => {
      for (let number = 0; !state.isOver; number += 1) {
        const own = `${writer}-${number}`;
        while (!accepted.has(own)) await send(own);
      }
    };

    const writers = Array.from({ length: 12 }, (_, writer) => write(writer));
    for (const round of [1, 2]) {
      const before = accepted.size;
      await until(`round ${round} has begun`, () => accepted.size > before + 100, { within: 60_000 });
      const untold = refused.length;
      await broker.kill();
      await until('clients are told', () => refused.length > untold, { within: 60_000 });
      await broker.restart();
    }
    const before = accepted.size;
    await until('it goes on', () => accepted.size > before + 100, { within: 60_000 });
    state.isOver = true;
    await Promise.all(writers);

    assert.deepEqual([...new Set(refused)], [503]);
    const ids = idsByKey(await logged(cluster));
    for (const [own, id] of accepted) assert.deepEqual([...(ids.get(own) ?? [])], [id], own);
    assert.equal(ids.size, accepted.size);
  });

  it('ends in order, and has told no key', async () => {
    api.signal('SIGTERM');
    const { code, stdout, stderr } = await api.ended;
    assert.equal(code, 0, stderr);
    assert.ok(!(stdout + stderr).includes(key.key.slice(-43)));
    assert.match(stderr, /the log does not take a record/);
  });
});
