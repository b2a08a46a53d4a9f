import { MillraceError } from '../../core/errors.ts';
import type { GroupConsumer, TopicPartition } from '../../core/ports/cluster.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { PartitionQueue } from '../task/partition-queue.ts';

interface Seen {
  readonly at: number;
  readonly isAtEnd: boolean;
}

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/**
 * Knows whether the consumer has reached the end of partitions whose queues are empty, uncommitted records included: a pending
 * transaction may still bring something. What it knows is at most `freshMs` old; it asks the broker only for what is waited for.
 */
export class EndTracker {
  readonly #consumer: GroupConsumer;
  readonly #clock: Clock;
  readonly #freshMs: number;
  readonly #seen = new Map<string, Seen>();

  constructor(consumer: GroupConsumer, clock: Clock, freshMs: number) {
    this.#consumer = consumer;
    this.#clock = clock;
    this.#freshMs = freshMs;
  }

  /** Whether the partition may still bring records that are older than what is there already. */
  mayBringMore(queue: PartitionQueue): boolean {
    return this.#seen.get(keyOf(queue.at))?.isAtEnd !== true;
  }

  /** Asks anew about those empty queues whose answer is not fresh. A broker that does not answer leaves them waited for. */
  async refresh(queues: ReadonlyArray<PartitionQueue>): Promise<void> {
    const now = this.#clock.monotonic();
    for (const queue of queues) {
      const seen = this.#seen.get(keyOf(queue.at));
      if (seen === undefined || now - seen.at >= this.#freshMs)
        this.#seen.set(keyOf(queue.at), { at: now, isAtEnd: await this.#ask(queue) });
    }
  }

  forget(partitions: ReadonlyArray<TopicPartition>): void {
    for (const partition of partitions) this.#seen.delete(keyOf(partition));
  }

  async #ask(queue: PartitionQueue): Promise<boolean> {
    try {
      const { high } = await this.#consumer.watermarks(queue.at, 'uncommitted');
      return Math.max(this.#consumer.position(queue.at) ?? 0, queue.position) >= high;
    } catch (error) {
      if (error instanceof MillraceError && error.retryable) return false;
      throw error;
    }
  }
}
