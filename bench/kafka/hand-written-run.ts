import kafka from '@confluentinc/kafka-javascript';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { isValid, type MinuteSum, minute, minuteSumType, scoreType, topicsOf } from './job.ts';
import { MeasuredProgram } from './measured-program.ts';

/**
 * The loop that a good engineer would write by hand for this job on the same client: consume, decode, check, forward the bytes as they
 * are, sum up in a map, and commit every 100 ms in a transaction. What came since the last commit goes as parts through a topic keyed by
 * model, so that several such processes could share the work; totals of the parts are kept in a map and told when they have changed.
 * The totals do not outlive the process. No provenance, no clocks, no changelog, no metrics, no rebalance.
 */
const [brokers = '', registryUrl = '', run = '', warmUp = '0'] = process.argv.slice(2);
const topics = topicsOf(run);
const commitEvery = 100;

const registry = httpRegistry({ url: registryUrl });
const header = Buffer.alloc(5);
header.writeInt32BE(await registry.register(`${topics.sums.name}-value`, minuteSumType.schema), 1);

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
consumer.subscribe([topics.scores.name, topics.parts.name]);
consumer.setDefaultConsumeTimeout(commitEvery);
(consumer as unknown as { setDefaultIsTimeoutOnlyForFirstMessage(only: boolean): void }).setDefaultIsTimeoutOnlyForFirstMessage(true);

interface Sum {
  readonly model: string;
  readonly start: number;
  n: number;
  sum: number;
}

/** By model and minute. */
type Sums = Map<string, Sum>;

const sumOf = (sums: Sums, model: string, start: number): Sum => {
  const key = `${model}|${start}`;
  const known = sums.get(key);
  if (known !== undefined) return known;
  const sum = { model, start, n: 0, sum: 0 };
  sums.set(key, sum);
  return sum;
};

/** What came in since the last commit. */
let parts: Sums = new Map();
/** Of all parts that were read. */
const totals: Sums = new Map();
const changed = new Set<Sum>();
/** The next offset by partition. */
const next = { scores: new Map<number, number>(), parts: new Map<number, number>() };
let fed = 0;

/** Records that found the client's queue full, in order. */
let waiting: (() => void)[] = [];
const queueFull = -184;

const tryProduce = (topic: string, key: Buffer, value: Buffer): boolean => {
  try {
    producer.produce(topic, null, value, key);
    return true;
  } catch (error) {
    if ((error as { readonly code: number }).code !== queueFull) throw error;
    return false;
  }
};

/** Synchronous, since a promise for each record would cost as much as the record. */
const produce = (topic: string, key: Buffer, value: Buffer): void => {
  if (waiting.length > 0 || !tryProduce(topic, key, value)) waiting.push(() => produce(topic, key, value));
};

const drain = async (): Promise<void> => {
  while (waiting.length > 0) {
    const again = waiting;
    waiting = [];
    for (const send of again) send();
    if (waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

const takeScore = ({ partition, offset, key, value }: kafka.Message): void => {
  fed += 1;
  next.scores.set(partition, offset + 1);
  const score = scoreType.decode(value!.subarray(5));
  if (!isValid(score)) return;
  produce(topics.valid.name, key as Buffer, value!);
  const part = sumOf(parts, score.model, Math.floor(score.at / 1_000 / minute) * minute);
  part.n += 1;
  part.sum += score.value;
};

const takePart = ({ partition, offset, value }: kafka.Message): void => {
  next.parts.set(partition, offset + 1);
  const part = minuteSumType.decode(value!.subarray(5));
  const total = sumOf(totals, part.model, part.start);
  total.n += part.n;
  total.sum += part.sum;
  changed.add(total);
};

const take = (messages: ReadonlyArray<kafka.Message>): void => {
  for (const message of messages) {
    if (message.topic === topics.scores.name) takeScore(message);
    else takePart(message);
  }
};

const tell = (topic: string, sum: MinuteSum): void =>
  produce(topic, Buffer.from(sum.model), Buffer.concat([header, minuteSumType.encode(sum)]));

const offsetsOf = (topic: string, offsets: Map<number, number>): ReadonlyArray<kafka.TopicPartitionOffset> => {
  const found = [...offsets].map(([partition, offset]) => ({ topic, partition, offset }));
  offsets.clear();
  return found;
};

const commit = async (): Promise<void> => {
  for (const part of parts.values()) tell(topics.parts.name, part);
  for (const total of changed) tell(topics.sums.name, total);
  parts = new Map();
  changed.clear();
  await drain();
  const offsets = [...offsetsOf(topics.scores.name, next.scores), ...offsetsOf(topics.parts.name, next.parts)];
  await promised((done) => producer.sendOffsetsToTransaction(offsets, consumer, -1, done as never));
  await promised((done) => producer.commitTransaction(-1, done as never));
};

const program = new MeasuredProgram(Number(warmUp), {
  guarantee: 'exactly_once',
  store: 'a map, not durable',
  'commit every, ms': String(commitEvery),
  node: process.version,
});
let open = false;
let lastCommit = performance.now();
while (!program.isEnded) {
  const messages = await promised<kafka.Message[]>((done) => consumer.consume(1_000, done as never));
  if (messages.length > 0 && !open) {
    await promised((done) => producer.beginTransaction(done as never));
    open = true;
  }
  take(messages);
  await drain();
  program.read(fed);
  if (open && performance.now() - lastCommit >= commitEvery) {
    await commit();
    open = false;
    lastCommit = performance.now();
  }
}
program.finish();
await promised((done) => consumer.disconnect(done as never));
await promised((done) => producer.disconnect(10_000, done as never));
process.exit(0);
