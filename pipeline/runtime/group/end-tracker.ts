import { MillraceError } from '../../core/errors.ts';
import type { GroupConsumer, TopicPartition } from '../../core/ports/cluster.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { PartitionQueue } from '../task/partition-queue.ts';

interface Seen {
  /** When it was asked for. */
  readonly at: number;
  /** Infinity if nobody could tell. */
  readonly end: number;
}

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/**
 * Knows whether the consumer has reached the end of partitions whose queues are empty, uncommitted records included: a pending
 * transaction may still bring something. What it knows is at most `freshMs` old. It asks the brokers only for what is waited for, about
 * all of it at once, and when half of that time is over, so that nobody waits for the answer.
 */
export class EndTracker {
  readonly #consumer: GroupConsumer;
  readonly #clock: Clock;
  readonly #freshMs: number;
  readonly #seen = new Map<string, Seen>();
  /** What was waited for since it was last asked. */
  readonly #wanted = new Map<string, TopicPartition>();
  #asking: Promise<void> | undefined;
  #failure: Error | undefined;

  constructor(consumer: GroupConsumer, clock: Clock, freshMs: number) {
    this.#consumer = consumer;
    this.#clock = clock;
    this.#freshMs = freshMs;
  }

  /** Whether the partition may still bring records that are older than what is there already, as of the last `refresh`. */
  mayBringMore(queue: PartitionQueue): boolean {
    const seen = this.#seen.get(keyOf(queue.at));
    return seen === undefined || Math.max(this.#consumer.position(queue.at) ?? 0, queue.position) < seen.end;
  }

  /**
   * Asks anew about those empty queues whose answer is not fresh, and resolves when it is there. A broker that does not answer leaves them
   * waited for. Throws what does not pass.
   */
  async refresh(queues: ReadonlyArray<PartitionQueue>): Promise<void> {
    this.#rethrow();
    const oldest = this.#oldestOf(queues);
    const age = this.#clock.monotonic() - oldest;
    if (age < this.#freshMs / 2) return;
    for (const { at } of queues) this.#wanted.set(keyOf(at), at);
    if (age < this.#freshMs) return void this.#ask();
    await this.#asking;
    if (this.#oldestOf(queues) === oldest) await this.#ask();
    this.#rethrow();
  }

  forget(partitions: ReadonlyArray<TopicPartition>): void {
    for (const partition of partitions) {
      this.#seen.delete(keyOf(partition));
      this.#wanted.delete(keyOf(partition));
    }
  }

  /** When the oldest answer about these was asked for; before all time if there is none about one of them. */
  #oldestOf(queues: ReadonlyArray<PartitionQueue>): number {
    return Math.min(...queues.map(({ at }) => this.#seen.get(keyOf(at))?.at ?? Number.NEGATIVE_INFINITY));
  }

  /** Asks about all that is waited for; one question at a time. */
  #ask(): Promise<void> {
    this.#asking ??= this.#answered([...this.#wanted.values()])
      .catch((error: unknown) => {
        this.#failure ??= error instanceof Error ? error : new MillraceError('engine_defect', 'the ends could not be asked for', error);
      })
      .finally(() => {
        this.#asking = undefined;
      });
    return this.#asking;
  }

  async #answered(wanted: ReadonlyArray<TopicPartition>): Promise<void> {
    this.#wanted.clear();
    const at = this.#clock.monotonic();
    const ends = await this.#endsOf(wanted);
    for (const [nth, partition] of wanted.entries()) {
      this.#seen.set(keyOf(partition), { at, end: ends[nth] ?? Number.POSITIVE_INFINITY });
    }
  }

  async #endsOf(wanted: ReadonlyArray<TopicPartition>): Promise<ReadonlyArray<number | undefined>> {
    try {
      return await this.#consumer.ends(wanted, 'uncommitted');
    } catch (error) {
      if (error instanceof MillraceError && error.retryable) return [];
      throw error;
    }
  }

  #rethrow(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }
}
