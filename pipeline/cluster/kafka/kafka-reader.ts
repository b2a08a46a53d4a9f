import { MillraceError } from '../../core/errors.ts';
import type { Isolation, LogRecord, Reader, TopicPartition, Watermarks } from '../../core/ports/cluster.ts';
import { done, type ClientError, type NativeConsumer, newConsumer, type PartitionOffset } from './client.ts';
import { connect } from './connect.ts';
import { consumerSettings } from './kafka-options.ts';
import { MessageQueue, passes } from './message-queue.ts';
import { checkReadable, StallWatch } from './stall-watch.ts';
import type { Surroundings } from './surroundings.ts';
import { codes, toMillraceError } from './to-millrace-error.ts';

/** Opens a reader. */
export const openReader = async (around: Surroundings, isolation: Isolation): Promise<Reader> => {
  const { connection } = around;
  const consumer = await newConsumer({
    ...consumerSettings(connection),
    // Never joined: the client wants a name to be there, and looks for its coordinator.
    'group.id': connection.readerGroup ?? `${connection.clientId}-reader`,
    'isolation.level': isolation === 'committed' ? 'read_committed' : 'read_uncommitted',
  });
  await connect(consumer, connection);
  return around.made.add(new KafkaReader(around, consumer));
};

/** Reads chosen partitions through librdkafka. */
class KafkaReader implements Reader {
  readonly #around: Surroundings;
  readonly #consumer: NativeConsumer;
  readonly #watch: StallWatch;
  readonly #queue: MessageQueue;
  #closed = false;

  constructor(around: Surroundings, consumer: NativeConsumer) {
    this.#around = around;
    this.#consumer = consumer;
    this.#queue = new MessageQueue(consumer);
    this.#watch = new StallWatch(around.control, around.connection.clock);
  }

  async assign(offsets: ReadonlyArray<PartitionOffset>): Promise<void> {
    const wanted = offsets.map(({ topic, partition, offset }) => ({ topic, partition, offset: offset === 0 ? Infinity : offset }));
    await checkReadable(this.#around.control, wanted);
    await this.#queue.idle();
    this.#queue.drop(this.#queue.progress);
    this.#consumer.assign(
      offsets.map(({ topic, partition, offset }) => ({ topic, partition, offset: offset === 0 ? codes.beginning : offset })),
    );
    this.#queue.start(offsets);
  }

  async poll(max: number, waitMs: number): Promise<ReadonlyArray<LogRecord>> {
    const { clock } = this.#around.connection;
    const end = clock.monotonic() + waitMs;
    for (;;) {
      if (this.#closed) throw new MillraceError('engine_defect', 'The reader is closed.');
      if (!this.#queue.isReady) await this.#fetch(max, end - clock.monotonic());
      const records = this.#queue.take(max);
      if (records.length > 0 || clock.monotonic() >= end) return records;
    }
  }

  position(partition: TopicPartition): number | undefined {
    return this.#queue.position(partition);
  }

  watermarks(partition: TopicPartition, isolation: Isolation): Promise<Watermarks> {
    return this.#around.control.watermarks(partition, isolation);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#around.made.remove(this);
    await this.#queue.idle();
    await done((callback) => this.#consumer.disconnect(callback));
  }

  async #fetch(max: number, waitMs: number): Promise<void> {
    try {
      await this.#queue.fetch(max, waitMs);
      this.#watch.look(this.#queue.progress);
    } catch (cause) {
      if (cause instanceof MillraceError) throw cause;
      // Whoever may not look for the coordinator of a group needs none to read.
      const error = cause as ClientError;
      if (error.code !== codes.groupRefused && !passes(error)) throw toMillraceError(cause, 'Reading');
    }
  }
}
