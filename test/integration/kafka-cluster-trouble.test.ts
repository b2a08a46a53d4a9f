import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { KafkaClusterOptions } from '../../pipeline/cluster/kafka/kafka-options.ts';
import type { Cluster, GroupConsumer, LogRecord } from '../../pipeline/core/ports/cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { Assignments, memberOf, sendTexts, text, textsOf } from '../../pipeline/testing/contracts/cluster/bench.ts';
import { hasCode } from '../../pipeline/testing/contracts/cluster/has-code.ts';
import { freePort } from '../support/free-port.ts';
import { kafkaFor, startKafka } from '../support/kafka.ts';
import { until } from '../support/until.ts';

const open: Cluster[] = [];
const clusterAt = (brokers: string, options: Partial<KafkaClusterOptions> = {}): Cluster => {
  const cluster = kafkaCluster({ brokers, clientId: 'trouble', clock: systemClock, ...options });
  open.push(cluster);
  return cluster;
};

const newTopic = async (cluster: Cluster): Promise<string> => {
  const topic = `trouble-${randomUUID()}`;
  await (await cluster.admin()).createTopics([{ topic, partitions: 1 }]);
  return topic;
};

const take = async (consumer: Pick<GroupConsumer, 'poll'>, count: number): Promise<LogRecord[]> => {
  const records: LogRecord[] = [];
  await until(`${count} records`, async () => records.push(...(await consumer.poll(1000, 100))) >= count, { within: 30_000 });
  return records;
};

describe('a Kafka cluster in trouble', function () {
  this.timeout(90_000);
  let brokers = '';

  before(async function () {
    brokers = await kafkaFor(this);
  });

  afterEach(async () => {
    for (const cluster of open.splice(0)) await cluster.close();
  });

  it('serves the topics that it has created, whoever asks at once', async () => {
    const topics = Array.from({ length: 30 }, () => ({ topic: `trouble-${randomUUID()}`, partitions: 8 }));
    const created = async (): Promise<void> => {
      const admin = await clusterAt(brokers).admin();
      await admin.createTopics(topics);
      const found = await admin.partitions(topics.map(({ topic }) => topic));
      assert.deepEqual(
        [...found.values()],
        topics.map(() => 8),
      );
      for (const { topic } of topics) assert.deepEqual(await admin.watermarks({ topic, partition: 7 }, 'committed'), { low: 0, high: 0 });
    };
    await Promise.all([created(), created(), created()]);
  });

  it('says when its queue is full, and loses nothing to those who wait', async () => {
    const cluster = clusterAt(brokers, { producerSettings: { 'queue.buffering.max.messages': 100 } });
    const topic = await newTopic(cluster);
    const producer = await cluster.transactionalProducer(randomUUID());
    await producer.begin();
    let full = 0;
    for (let index = 0; index < 2000; index += 1) {
      while (!producer.produce(text(topic, String(index)))) {
        full += 1;
        await producer.drain();
      }
    }
    await producer.commit();
    assert.ok(full > 0);
    const reader = await cluster.reader('committed');
    await reader.assign([{ topic, partition: 0, offset: 0 }]);
    assert.deepEqual(
      textsOf(await take(reader, 2000)),
      Array.from({ length: 2000 }, (_, index) => String(index)),
    );
  });

  it('names a topic that does not exist when a transaction fails for it', async () => {
    const cluster = clusterAt(brokers, { transactionTimeoutMs: 4000 });
    const producer = await cluster.transactionalProducer(randomUUID());
    await producer.begin();
    producer.produce(text('no-such-topic', 'a'));
    await assert.rejects(producer.commit(), hasCode('unknown_topic'));
  });

  it('refuses a record that is too large at once', async () => {
    const cluster = clusterAt(brokers);
    const producer = await cluster.transactionalProducer(randomUUID());
    await producer.begin();
    const value = Buffer.alloc(1_100_000);
    assert.throws(() => producer.produce({ topic: 'any', key: null, value }), hasCode('record_too_large'));
  });

  it('says that a transaction took too long when the coordinator has given it up', async () => {
    const cluster = clusterAt(brokers, { transactionTimeoutMs: 1000 });
    const topic = await newTopic(cluster);
    const producer = await cluster.transactionalProducer(randomUUID());
    await producer.begin();
    producer.produce(text(topic, 'late'));
    const admin = await cluster.admin();
    const partition = { topic, partition: 0 };
    const ends = async (): Promise<boolean> => (await admin.watermarks(partition, 'committed')).high === 2;
    await until('the coordinator has aborted the transaction', ends, { within: 20_000, every: 200 });
    await assert.rejects(producer.commit(), hasCode('transaction_expired'));
  });

  it('notices that records are gone that a member has not read yet', async () => {
    const cluster = clusterAt(brokers);
    const topic = await newTopic(cluster);
    await sendTexts(cluster, topic, ['a']);
    const consumer = await cluster.groupConsumer(memberOf(randomUUID(), [topic], new Assignments()));
    await take(consumer, 1);
    consumer.pause([{ topic, partition: 0 }]);
    await sendTexts(cluster, topic, ['b', 'c']);
    await (await cluster.admin()).deleteRecordsBefore([{ topic, partition: 0, offset: 3 }]);
    await sendTexts(cluster, topic, ['d']);
    consumer.resume([{ topic, partition: 0 }]);
    await assert.rejects(take(consumer, 1), hasCode('offset_out_of_range'));
  });

  it('lets the process end when it is closed', async () => {
    const program = `
      import { kafkaCluster } from '${new URL('../../pipeline/cluster/kafka/kafka-cluster.ts', import.meta.url).href}';
      import { systemClock } from '${new URL('../../pipeline/runtime/system-clock.ts', import.meta.url).href}';
      const cluster = kafkaCluster({ brokers: '${brokers}', clientId: 'ends', clock: systemClock });
      const none = () => Promise.resolve();
      const listener = { assigned: none, revoked: none, lost: none };
      const consumer = await cluster.groupConsumer({ groupId: '${randomUUID()}', topics: ['none'], from: 'earliest', listener });
      await consumer.poll(1, 100);
      await cluster.producer();
      await (await cluster.transactionalProducer('${randomUUID()}')).begin();
      await cluster.reader('committed');
      await cluster.close();
      console.log('closed');
    `;
    const args = ['--import', 'ts-blank-space/register', '--input-type=module', '--eval', program];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
    assert.equal(stdout, 'closed\n');
  });
});

describe('a Kafka cluster of another kind', function () {
  this.timeout(90_000);

  before(async function () {
    await kafkaFor(this);
  });

  afterEach(async () => {
    for (const cluster of open.splice(0)) await cluster.close();
  });

  it('is joined by the classic protocol where the brokers have no other', async () => {
    const broker = await startKafka({ 'group.coordinator.rebalance.protocols': 'classic' });
    try {
      const cluster = clusterAt(broker.bootstrap);
      const topic = await newTopic(cluster);
      await sendTexts(cluster, topic, ['a']);
      const consumer = await cluster.groupConsumer(memberOf(randomUUID(), [topic], new Assignments()));
      assert.deepEqual(textsOf(await take(consumer, 1)), ['a']);
    } finally {
      for (const cluster of open.splice(0)) await cluster.close();
      await broker.close();
    }
  });

  it('is asked about partitions as its brokers know them after a crash', async () => {
    const broker = await startKafka();
    try {
      const cluster = clusterAt(broker.bootstrap);
      const admin = await cluster.admin();
      const topic = `trouble-${randomUUID()}`;
      await admin.createTopics([{ topic, partitions: 8 }]);
      const places = Array.from({ length: 8 }, (_, partition) => ({ topic, partition }));
      const ends = (): Promise<ReadonlyArray<number>> =>
        Promise.all(places.map(async (place) => (await admin.watermarks(place, 'committed')).high));
      assert.deepEqual(await ends(), Array(8).fill(0));
      await broker.kill();
      await broker.restart();
      const restarted = systemClock.monotonic();
      assert.deepEqual(await ends(), Array(8).fill(0));
      assert.ok(systemClock.monotonic() - restarted < 10_000, `it took ${systemClock.monotonic() - restarted} ms`);
    } finally {
      for (const cluster of open.splice(0)) await cluster.close();
      await broker.close();
    }
  });

  it('is entered with the right password only, which no error repeats', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'millrace-sasl-'));
    const [port, controllerPort] = [await freePort(), await freePort()];
    const users = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="a" password="right" user_a="right";';
    const broker = await startKafka({
      listeners: `CLIENT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
      'advertised.listeners': `CLIENT://127.0.0.1:${port}`,
      'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
      'listener.security.protocol.map': 'CLIENT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
      'inter.broker.listener.name': 'CLIENT',
      'sasl.enabled.mechanisms': 'PLAIN',
      'sasl.mechanism.inter.broker.protocol': 'PLAIN',
      'listener.name.client.plain.sasl.jaas.config': users,
    });
    const enter = async (password: string): Promise<Cluster> => {
      const passwordFile = path.join(folder, password);
      await writeFile(passwordFile, `${password}\n`);
      const security = { tls: false, sasl: { mechanism: 'PLAIN', username: 'a', passwordFile } } as const;
      return clusterAt(`127.0.0.1:${port}`, { security, connectTimeoutMs: 5000 });
    };
    try {
      await newTopic(await enter('right'));
      const refused = await (await enter('wrong-password')).admin().catch((error: unknown) => error);
      assert.ok(hasCode('not_authorized')(refused));
      assert.doesNotMatch(JSON.stringify(refused) + String(refused), /wrong-password/);
    } finally {
      for (const cluster of open.splice(0)) await cluster.close();
      await broker.close();
      await rm(folder, { recursive: true });
    }
  });
});
