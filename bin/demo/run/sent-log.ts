import type { TopicPartition } from '../../../pipeline/core/ports/cluster.ts';

/** A message that is in the log: which one, when it was sent (Kafka's timestamp, ms), and its bytes. */
export interface SentMessage {
  readonly id: string;
  readonly timestamp: number;
  readonly bytes: Buffer;
}

/** Where each message came to lie. */
export class SentLog {
  readonly #messages = new Map<string, SentMessage>();

  add({ topic, partition, offset }: TopicPartition & { readonly offset: number }, message: SentMessage): void {
    this.#messages.set(`${topic}:${partition}:${offset}`, message);
  }

  /** The message at a place that is written as in a provenance header: `topic:partition:offset`. */
  at(place: string): SentMessage | undefined {
    return this.#messages.get(place);
  }

  get size(): number {
    return this.#messages.size;
  }
}
