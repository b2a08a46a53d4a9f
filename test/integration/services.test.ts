import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import kafka from '@confluentinc/kafka-javascript';
import { foreignFor, type Foreign } from '../support/foreign.ts';
import { kafkaFor, startKafka, type KafkaBroker } from '../support/kafka.ts';
import { prepared } from '../support/prepared.ts';
import { registryFor } from '../support/registry.ts';
import { skipBecause } from '../support/skip-because.ts';

const createTopic = async (bootstrap: string, topic: string): Promise<void> => {
  const admin = kafka.AdminClient.create({ 'bootstrap.servers': bootstrap });
  try {
    await promisify(admin.createTopic.bind(admin))({ topic, num_partitions: 2, replication_factor: 1 });
  } finally {
    admin.disconnect();
  }
};

const connect = async (bootstrap: string): Promise<kafka.Producer> => {
  const producer = new kafka.Producer({ 'bootstrap.servers': bootstrap, 'transactional.id': randomUUID() });
  await new Promise<void>((resolve, reject) => {
    producer.connect({}, (error: kafka.LibrdKafkaError | null) => (error === null ? resolve() : reject(new Error(error.message))));
  });
  await promisify((done: (error: unknown) => void) => producer.initTransactions(-1, done))();
  return producer;
};

type Ending = 'commitTransaction' | 'abortTransaction';

const inTransaction = async (
  producer: kafka.Producer,
  ending: Ending,
  records: ReadonlyArray<readonly [topic: string, value: string]>,
): Promise<void> => {
  await promisify((done: (error: unknown) => void) => producer.beginTransaction(done))();
  for (const [topic, value] of records) producer.produce(topic, 0, Buffer.from(value), 'key');
  await promisify((done: (error: unknown) => void) => producer[ending](-1, done))();
};

const disconnect = (producer: kafka.Producer): Promise<void> => new Promise((resolve) => producer.disconnect(() => resolve()));

const valuesIn = async (foreign: Foreign, bootstrap: string, topic: string): Promise<ReadonlyArray<unknown>> =>
  (await foreign('read-topic.py', [bootstrap, topic])).map((record) => (record as { value: unknown }).value);

describe('a real Kafka', () => {
  it('shows a foreign client what was committed and hides what was aborted', async function () {
    const bootstrap = await kafkaFor(this);
    const foreign = foreignFor(this);
    const topic = `services-${randomUUID()}`;
    await createTopic(bootstrap, topic);
    const producer = await connect(bootstrap);
    await inTransaction(producer, 'commitTransaction', [[topic, 'kept']]);
    await inTransaction(producer, 'abortTransaction', [[topic, 'discarded']]);
    await inTransaction(producer, 'commitTransaction', [[topic, 'kept too']]);
    await disconnect(producer);
    assert.deepEqual(await valuesIn(foreign, bootstrap, topic), ['kept', 'kept too']);
  });

  describe('of its own', () => {
    let broker: KafkaBroker | undefined;

    before(async function () {
      const found = prepared('kafka');
      if ('missing' in found) skipBecause(this, `Apache Kafka: ${found.missing}`);
      this.timeout(90_000);
      broker = await startKafka();
    });

    after(async function () {
      this.timeout(30_000);
      await broker?.close();
    });

    it('keeps its address and its data when it is killed and started again', async function () {
      this.timeout(60_000);
      assert.ok(broker);
      const foreign = foreignFor(this);
      await createTopic(broker.bootstrap, 'survivor');
      const producer = await connect(broker.bootstrap);
      await inTransaction(producer, 'commitTransaction', [['survivor', 'before']]);
      await disconnect(producer);
      await broker.kill();
      await broker.restart();
      assert.deepEqual(await valuesIn(foreign, broker.bootstrap, 'survivor'), ['before']);
    });
  });
});

describe('a real registry', () => {
  it('gives a schema back under the id that it gave', async function () {
    const url = await registryFor(this);
    const subject = `services-${randomUUID()}`;
    const schema = JSON.stringify({ type: 'record', name: 'Ping', fields: [{ name: 'n', type: 'int' }] });
    const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
    const registered = await fetch(`${url}/subjects/${subject}/versions`, { method: 'POST', headers, body: JSON.stringify({ schema }) });
    const { id } = (await registered.json()) as { id: number };
    const answer = await fetch(`${url}/schemas/ids/${id}`);
    const { schema: known } = (await answer.json()) as { schema: string };
    assert.deepEqual(JSON.parse(known), JSON.parse(schema));
  });
});
