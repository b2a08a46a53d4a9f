import { MillraceError } from '../../core/errors.ts';
import type { NewRecord, PlainProducer } from '../../core/ports/cluster.ts';
import { done, type NativeProducer, newProducer, type PartitionOffset } from './client.ts';
import { connect } from './connect.ts';
import { producerSettings } from './kafka-options.ts';
import { produce } from './produce.ts';
import type { Surroundings } from './surroundings.ts';
import { codes, produceError, toMillraceError } from './to-millrace-error.ts';

/** How long one flush may hold a thread of Node's pool, in ms. */
const flushMs = 200;

interface Sent {
  readonly resolve: (place: PartitionOffset) => void;
  readonly reject: (error: MillraceError) => void;
}

const newSent = (): { readonly sent: Sent; readonly answer: Promise<PartitionOffset> } => {
  let sent: Sent = { resolve: () => undefined, reject: () => undefined };
  const answer = new Promise<PartitionOffset>((resolve, reject) => (sent = { resolve, reject }));
  return { sent, answer };
};

/** Opens an idempotent producer without transactions. */
export const openProducer = async (around: Surroundings): Promise<PlainProducer> => {
  const producer = await newProducer({ 'topic.metadata.propagation.max.ms': 10_000, ...producerSettings(around.connection) }, true);
  await connect(producer, around.connection);
  return around.made.add(new KafkaProducer(around, producer));
};

/** Sends records one by one, each with an answer. */
class KafkaProducer implements PlainProducer {
  readonly #around: Surroundings;
  readonly #producer: NativeProducer;
  #unanswered = 0;
  #closed = false;

  constructor(around: Surroundings, producer: NativeProducer) {
    this.#around = around;
    this.#producer = producer;
    producer.setPollInBackground(true);
    producer.on('delivery-report', (error, { opaque, topic, partition, offset }) => {
      const sent = opaque as Sent;
      this.#unanswered -= 1;
      if (error) sent.reject(toMillraceError(error, `Sending to '${topic}'`));
      else sent.resolve({ topic, partition, offset });
    });
  }

  async send(record: NewRecord): Promise<PartitionOffset> {
    for (;;) {
      if (this.#closed) throw new MillraceError('engine_defect', 'The producer is closed.');
      const answer = this.#enqueue(record);
      if (answer !== undefined) return answer;
      await this.#flushSome();
    }
  }

  async flush(): Promise<void> {
    while (this.#unanswered > 0) await this.#flushSome();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#around.made.remove(this);
    await this.flush();
    await done((callback) => this.#producer.disconnect(0, callback));
  }

  /** `undefined` when the queue is full. */
  #enqueue(record: NewRecord): Promise<PartitionOffset> | undefined {
    const { sent, answer } = newSent();
    const code = produce(this.#producer.getClient(), record, sent);
    if (code === codes.queueFull) return undefined;
    if (code !== 0) throw produceError(code, record.topic);
    this.#unanswered += 1;
    return answer;
  }

  /** Sends what waits without lingering. That the time is up before all is answered is no error. */
  async #flushSome(): Promise<void> {
    await done((callback) => this.#producer.flush(flushMs, callback)).catch(() => undefined);
  }
}
