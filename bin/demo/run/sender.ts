import { partitionOf } from '../../../pipeline/core/partition-of.ts';
import type { Admin, PlainProducer } from '../../../pipeline/core/ports/cluster.ts';
import type { Clock } from '../../../pipeline/core/ports/clock.ts';
import type { Message } from '../generator/message.ts';
import { InFlight } from './in-flight.ts';
import type { MessageEncoder } from './input-topics.ts';
import type { SentLog } from './sent-log.ts';

/**
 * How far sending may run ahead of what is committed, in each partition. The embedded broker keeps 5 MiB or 100,000 records and drops the oldest; a short
 * way ahead also keeps the latencies those of the pipeline and not of a queue before it.
 */
const ahead = { records: 300, bytes: 1 << 20 };

/** Between two looks at what is committed, in ms. */
const lookEvery = 40;

/** What sending needs. */
export interface SenderParts {
  readonly producer: PlainProducer;
  readonly admin: Admin;
  readonly clock: Clock;
  readonly encode: MessageEncoder;
  /** Partition counts of the input topics. */
  readonly partitions: ReadonlyMap<string, number>;
  /** The group that reads them. */
  readonly group: string;
  readonly sent: SentLog;
  /** Told how many messages have been sent. */
  readonly onProgress: (sent: number) => void;
}

/** Whether more can be taken. */
export interface Demand {
  /** False once nobody reads any more. */
  isWanted(): boolean;
  /** Resolves when what has been made of the input is read, so that more can be made. */
  room(): Promise<void>;
}

/** Sends messages in order, each to the partition of its key, no further ahead of its reader than is safe. */
export class Sender {
  readonly #parts: SenderParts;
  readonly #flight = new InFlight(ahead);
  #count = 0;
  #failure: unknown;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** Sends what nobody commits: reference data, which every process reads whole. */
  async sendAll(messages: ReadonlyArray<Message>): Promise<void> {
    for (const message of messages) void this.#send(message, false);
    await this.#flushed();
  }

  /** Sends what the group reads; resolves when all is in the log, or `demand` says that nobody wants more. */
  async sendPaced(messages: ReadonlyArray<Message>, demand: Demand): Promise<void> {
    for (const message of messages) {
      const at = this.#placeOf(message);
      while (!this.#flight.hasRoom(at)) {
        if (!demand.isWanted()) return;
        await this.#catchUp();
        await demand.room();
      }
      void this.#send(message, true);
    }
    await this.#flushed();
  }

  #placeOf({ topic, key }: Message): { readonly topic: string; readonly partition: number } {
    return { topic, partition: partitionOf(Buffer.from(key), this.#parts.partitions.get(topic) ?? 1) };
  }

  async #send(message: Message, isPaced: boolean): Promise<void> {
    const { producer, clock, encode, sent } = this.#parts;
    const { topic, key, id } = message;
    const value = encode(message);
    const at = this.#placeOf(message);
    const timestamp = clock.now();
    if (isPaced) this.#flight.sending(at, value.length);
    try {
      const place = await producer.send({ topic, key: Buffer.from(key), value, timestamp });
      sent.add(place, { id, timestamp, bytes: value });
      if (isPaced) this.#flight.sent(place, place.offset, value.length);
      this.#count += 1;
    } catch (error) {
      this.#failure ??= error;
    }
  }

  async #flushed(): Promise<void> {
    await this.#parts.producer.flush();
    this.#check();
    this.#parts.onProgress(this.#count);
  }

  async #catchUp(): Promise<void> {
    const { admin, clock, group, onProgress } = this.#parts;
    this.#check();
    await clock.sleep(lookEvery);
    for (const { topic, partition, offset } of await admin.committed(group, this.#flight.partitions)) {
      this.#flight.committed({ topic, partition }, offset);
    }
    onProgress(this.#count);
  }

  #check(): void {
    if (this.#failure instanceof Error) throw this.#failure;
  }
}
