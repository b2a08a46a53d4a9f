import kafka from '@confluentinc/kafka-javascript';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { isValid, minute, minuteSumType, scoreType, topicsOf, warmShare } from './job.ts';
import type { Cost } from '../support/cost.ts';

/**
 * The loop that a good engineer would write by hand for this job on the same client: consume, decode, check, forward the bytes as they
 * are or send them to a dead letter with the reason and where they stood, sum up in a map, and commit every 100 ms in a transaction. No
 * windows that outlive a commit: it tells what came since the last one. No provenance, no clocks, no changelog, no metrics.
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

interface Out {
  readonly value: Buffer | null;
  readonly key: Buffer;
  readonly headers?: kafka.MessageHeader[];
}

interface Sum {
  readonly model: string;
  readonly start: number;
  n: number;
  sum: number;
}

let sums = new Map<string, Sum>();
const next = new Map<number, number>();
let fed = 0;
let started: { readonly at: number; readonly cpu: NodeJS.CpuUsage; readonly fed: number } | undefined;
let lastCommit = performance.now();
let open = false;

/** Records that found the client's queue full, in order. */
let waiting: (() => void)[] = [];
const queueFull = -184;

const tryProduce = (topic: string, message: Out): boolean => {
  try {
    producer.produce(topic, null, message.value, message.key, undefined, undefined, message.headers);
    return true;
  } catch (error) {
    if ((error as { readonly code: number }).code !== queueFull) throw error;
    return false;
  }
};

/** Synchronous, since a promise for each record would cost as much as the record. */
const produce = (topic: string, message: Out): void => {
  if (waiting.length > 0 || !tryProduce(topic, message)) waiting.push(() => produce(topic, message));
};

const drain = async (): Promise<void> => {
  while (waiting.length > 0) {
    const again = waiting;
    waiting = [];
    for (const send of again) send();
    if (waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

const refuse = ({ topic, partition, offset, key, value }: kafka.Message): void => {
  const headers = [{ error: 'value_out_of_range' }, { source: `${topic}:${partition}:${offset}` }];
  produce(topics.deadLetter.name, { value, key: key as Buffer, headers });
};

const take = (messages: ReadonlyArray<kafka.Message>): void => {
  for (const message of messages) {
    const score = scoreType.decode(message.value!.subarray(5));
    next.set(message.partition, message.offset + 1);
    if (!isValid(score)) {
      refuse(message);
      continue;
    }
    produce(topics.valid.name, { value: message.value, key: message.key as Buffer });
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
    produce(topics.sums.name, { value: Buffer.concat([header, minuteSumType.encode(sum)]), key: Buffer.from(sum.model) });
  await drain();
  sums = new Map();
  const offsets = [...next].map(([partition, offset]) => ({ topic: topics.scores.name, partition, offset }));
  await promised((done) => producer.sendOffsetsToTransaction(offsets, consumer, -1, done as never));
  await promised((done) => producer.commitTransaction(-1, done as never));
  open = false;
};

while (fed < Number(total)) {
  const messages = await promised<kafka.Message[]>((done) => consumer.consume(1_000, done as never));
  if (messages.length === 0) continue;
  if (fed >= Number(total) * warmShare) started ??= { at: performance.now(), cpu: process.cpuUsage(), fed };
  if (!open) await promised((done) => producer.beginTransaction(done as never));
  open = true;
  take(messages);
  await drain();
  fed += messages.length;
  if (performance.now() - lastCommit >= commitEvery) {
    await commit();
    lastCommit = performance.now();
  }
}
if (open) await commit();
const cpu = process.cpuUsage(started?.cpu);
const result: Cost = {
  records: fed - (started?.fed ?? 0),
  wallMs: performance.now() - (started?.at ?? 0),
  cpuMs: (cpu.user + cpu.system) / 1_000,
};
console.log(JSON.stringify(result));
await promised((done) => consumer.disconnect(done as never));
await promised((done) => producer.disconnect(10_000, done as never));
process.exit(0);
