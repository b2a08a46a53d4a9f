import kafka from '@confluentinc/kafka-javascript';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { isValid, minute, minuteSumType, scoreType, topicsOf } from './job.ts';
import type { Cost } from '../support/cost.ts';

/**
 * The loop that a good engineer would write by hand for this job on the same client: consume, decode, check, forward the bytes as they
 * are, count in a map, and commit every 100 ms in a transaction. No state that outlives it, no dead letter, no provenance, no clocks.
 */
const [brokers = '', registryUrl = '', run = '', total = '0'] = process.argv.slice(2);
const topics = topicsOf(run);
const commitEvery = 100;

const registry = httpRegistry({ url: registryUrl });
const sumId = await registry.register(`${topics.sums.name}-value`, minuteSumType.schema);
const header = Buffer.alloc(5);
header.writeInt32BE(sumId, 1);

const promised = <T>(call: (done: (error: unknown, value: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    call((error, value) => {
      if (error instanceof Error) reject(error);
      else resolve(value);
    });
  });

const consumer = new kafka.KafkaConsumer(
  {
    'bootstrap.servers': brokers,
    'group.id': `hand-${run}`,
    'enable.auto.commit': false,
    'isolation.level': 'read_committed',
    'queued.max.messages.kbytes': 32_768,
    'fetch.queue.backoff.ms': 10,
    'fetch.wait.max.ms': 100,
  },
  { 'auto.offset.reset': 'earliest' },
);
const producerSettings: Readonly<Record<string, unknown>> = {
  'bootstrap.servers': brokers,
  'transactional.id': `hand-${run}`,
  'transaction.timeout.ms': 10_000,
  'enable.idempotence': true,
  partitioner: 'murmur2_random',
  'compression.type': 'lz4',
  'linger.ms': 5,
  'queue.buffering.max.messages': 500_000,
};
const producer = new kafka.Producer(producerSettings);
await promised((done) => consumer.connect({}, done as never));
await promised((done) => producer.connect({}, done as never));
producer.setPollInBackground(true);
await promised((done) => producer.initTransactions(60_000, done as never));
consumer.subscribe([topics.scores.name]);
consumer.setDefaultConsumeTimeout(100);
(consumer as unknown as { setDefaultIsTimeoutOnlyForFirstMessage(only: boolean): void }).setDefaultIsTimeoutOnlyForFirstMessage(true);

interface Sum {
  readonly model: string;
  readonly start: number;
  n: number;
  sum: number;
}

let sums = new Map<string, Sum>();
const next = new Map<number, number>();
let fed = 0;
let started: { readonly at: number; readonly cpu: NodeJS.CpuUsage } | undefined;
let lastCommit = 0;
let open = false;

const produce = async (topic: string, value: Buffer, key: Buffer | null): Promise<void> => {
  for (;;) {
    try {
      producer.produce(topic, null, value, key);
      return;
    } catch (error) {
      if ((error as { code: number }).code !== -184) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
};

const take = async (messages: kafka.Message[]): Promise<void> => {
  for (const message of messages) {
    const score = scoreType.decode(message.value!.subarray(5));
    next.set(message.partition, message.offset + 1);
    if (!isValid(score)) continue;
    const done = produce(topics.valid.name, message.value!, message.key as Buffer);
    if (!producer.isConnected()) await done;
    const start = Math.floor(score.at / 1_000 / minute) * minute;
    const key = `${score.model}|${start}`;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { model: score.model, start, n: 1, sum: score.value });
    else {
      sum.n += 1;
      sum.sum += score.value;
    }
  }
};

const commit = async (): Promise<void> => {
  for (const sum of sums.values())
    await produce(topics.sums.name, Buffer.concat([header, minuteSumType.encode(sum)]), Buffer.from(sum.model));
  sums = new Map();
  const offsets = [...next].map(([partition, offset]) => ({ topic: topics.scores.name, partition, offset }));
  await promised((done) => producer.sendOffsetsToTransaction(offsets, consumer, -1, done as never));
  await promised((done) => producer.commitTransaction(-1, done as never));
  open = false;
};

while (fed < Number(total)) {
  const messages = await promised<kafka.Message[]>((done) => consumer.consume(5_000, done as never));
  if (messages.length === 0) continue;
  if (started === undefined) {
    started = { at: performance.now(), cpu: process.cpuUsage() };
    lastCommit = started.at;
  }
  if (!open) await promised((done) => producer.beginTransaction(done as never));
  open = true;
  await take(messages);
  fed += messages.length;
  if (performance.now() - lastCommit >= commitEvery) {
    await commit();
    lastCommit = performance.now();
  }
}
if (open) await commit();
const cpu = process.cpuUsage(started?.cpu);
const result: Cost = {
  records: fed,
  wallMs: performance.now() - (started?.at ?? 0),
  cpuMs: (cpu.user + cpu.system) / 1_000,
};
console.log(JSON.stringify(result));
await promised((done) => consumer.disconnect(done as never));
await promised((done) => producer.disconnect(10_000, done as never));
process.exit(0);
