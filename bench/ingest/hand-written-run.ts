import { createHash, randomUUID } from 'node:crypto';
import kafka from '@confluentinc/kafka-javascript';
import { Ajv } from 'ajv';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { feedbackEvent, type FeedbackEvent } from '../../schemas/generated/feedback-event.ts';
import { batchBody } from './requests.ts';

/**
 * The loop that a good engineer would write by hand for ratings that lie in memory as JSON, a hundred in a batch: parse, check each against a
 * schema, make the record, encode it, give it to the client, and go on with the next batch when the brokers have acknowledged all of this one.
 * So many batches are under way at a time. No HTTP, no keys, no memory of repeats, no rules, no metrics.
 */
const [brokers = '', registryUrl = '', seconds = '1', lanes = '8'] = process.argv.slice(2);
const topic = 'feedback.received';
const warmUpMs = 8_000;
const made = 200;

interface Rating {
  readonly inference_id: string;
  readonly model_version: string;
  readonly rating: number;
  readonly rationale: string;
  readonly submitter: { readonly id_hash: string };
  readonly user_context: { readonly session_id: string; readonly locale: string };
  readonly idempotency_key: string;
}

const text = { type: 'string', minLength: 1, maxLength: 10_000 };
const object = (properties: object): object => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const isRating = new Ajv().compile<Rating>(
  object({
    ...{ inference_id: text, model_version: text, rationale: text, idempotency_key: text },
    rating: { type: 'number', minimum: 1, maximum: 5 },
    submitter: object({ id_hash: text, kind: { enum: ['user'] } }),
    user_context: object({ session_id: text, locale: text }),
  }),
);

const header = Buffer.alloc(5);
header.writeInt32BE(await httpRegistry({ url: registryUrl }).register(`${topic}-value`, feedbackEvent.schema), 1);

const nothing = { bool: null, label: null, text: null, correction: null, preference: null, ranking: null, implicit: null };

/** A UUID of version 5 but for its namespace, which is part of the text. */
const idOf = (name: string): string => {
  const hash = createHash('sha1').update(name).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
};

const eventOf = (rating: Rating): FeedbackEvent => ({
  tenant: 'acme',
  event_id: randomUUID(),
  schema_version: 1,
  traceparent: null,
  feedback_id: idOf(`acme|${rating.idempotency_key}`),
  op: 'CREATE',
  supersedes: null,
  idempotency_key: rating.idempotency_key,
  target: { kind: 'INFERENCE', id: rating.inference_id, candidate_index: null },
  feedback_type: 'RATING',
  key: 'stars',
  source: 'END_USER',
  submitter: { id_hash: rating.submitter.id_hash, kind: 'USER', role: null },
  model_version: rating.model_version,
  value_kind: 'NUMBER',
  ...nothing,
  number: { v: rating.rating, min: null, max: null },
  rationale: rating.rationale,
  tags: [],
  user_context: { ...rating.user_context, user_tier: null, segments: [] },
  event_time: Date.now() * 1_000,
  sent_time: null,
  received_time: Date.now() * 1_000,
  client: null,
  api_key_id: null,
});

const settings: Readonly<Record<string, unknown>> = {
  'bootstrap.servers': brokers,
  'enable.idempotence': true,
  partitioner: 'murmur2_random',
  'compression.type': 'lz4',
  'linger.ms': 5,
  'socket.nagle.disable': true,
  dr_cb: true,
};
const producer = new kafka.Producer(settings);
await new Promise<void>((resolve, reject) => {
  producer.connect({}, (error: unknown) => {
    if (error instanceof Error) reject(error);
    else resolve();
  });
});
producer.setPollInBackground(true);
producer.on('delivery-report', (error, { opaque }) => (opaque as (failed: unknown) => void)(error));

const send = async (body: string): Promise<number> => {
  const { items } = JSON.parse(body) as { readonly items: ReadonlyArray<unknown> };
  await new Promise<void>((resolve, reject) => {
    let left = items.length;
    const acknowledged = (failed: unknown): void => {
      if (failed instanceof Error) reject(failed);
      left -= 1;
      if (left === 0) resolve();
    };
    for (const item of items) {
      if (!isRating(item)) throw new Error('a rating is not valid');
      const value = Buffer.concat([header, feedbackEvent.encode(eventOf(item))]);
      producer.produce(topic, null, value, Buffer.from(`acme|${item.inference_id}`), null, acknowledged);
    }
  });
  return items.length;
};

const bodies = Array.from({ length: made }, (_, nth) => batchBody('hand', nth));

const runFor = async (ms: number): Promise<{ readonly records: number; readonly wallMs: number; readonly cpuMs: number }> => {
  const start = performance.now();
  const cpu = process.cpuUsage();
  let records = 0;
  let next = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() - start < ms) {
      next += 1;
      records += await send(bodies[next % made] ?? '');
    }
  };
  await Promise.all(Array.from({ length: Number(lanes) }, lane));
  const { user, system } = process.cpuUsage(cpu);
  return { records, wallMs: performance.now() - start, cpuMs: (user + system) / 1_000 };
};

await runFor(Math.min(warmUpMs, Number(seconds) * 1_000));
console.log(JSON.stringify(await runFor(Number(seconds) * 1_000)));
process.exit(0);
