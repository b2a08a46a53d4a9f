import { messageOf, MillraceError } from '../../core/errors.ts';
import { patiently } from '../../core/patiently.ts';
import type { AssignmentListener, CommittedOffset, GroupConsumer, LogRecord, TopicPartition } from '../../core/ports/cluster.ts';
import {
  type BatchLimits,
  defaultBatch,
  defaultRetry,
  type DeliveryOptions,
  type DeliveryPorts,
  type RetryLimits,
} from './delivery-options.ts';
import { DeadLetters } from './dead-letters.ts';
import { DeliveryProgress } from './delivery-progress.ts';
import { pendingRange } from './delivery-token.ts';
import { PartitionLane } from './partition-lane.ts';
import { standingPatience } from '../standing-patience.ts';
import { type Retry, retrying } from './retrying.ts';
import type { DeliveryTrouble } from './trouble.ts';

/** The longest that a poll waits, in ms, so that `stop` and failures are noticed soon. */
const longestPoll = 200;

/** The most records of one poll: enough to be cheap per record, few enough for the event loop. */
const mostPolled = 5000;

/**
 * Carries the committed records of one topic to a target outside Kafka, exactly once as far as the target keeps its contract.
 *
 * Partitions are carried concurrently, each in order. Whatever can be tried again is, for as long as it takes: rows wait in the topic,
 * and the processing that wrote them notices nothing. What cannot be tried again stops the delivery and nothing else.
 *
 * `run` may be called once. It ends by `stop`, or by throwing.
 */
export class Delivery<T> {
  readonly #options: DeliveryOptions;
  readonly #ports: DeliveryPorts<T>;
  readonly #limits: { readonly batch: BatchLimits; readonly retry: RetryLimits };
  readonly #progress: DeliveryProgress;
  readonly #lanes = new Map<number, PartitionLane<T>>();
  readonly #stopping = new AbortController();
  readonly #deadLetters: DeadLetters;
  #failure: MillraceError | undefined;
  #ended: Promise<void> | undefined;

  constructor(options: DeliveryOptions, ports: DeliveryPorts<T>) {
    this.#options = options;
    this.#ports = ports;
    this.#limits = { batch: { ...defaultBatch, ...options.batch }, retry: { ...defaultRetry, ...options.retry } };
    this.#progress = new DeliveryProgress(options, ports);
    this.#deadLetters = new DeadLetters(options, ports.cluster);
  }

  /** Delivers until it is stopped. Throws a `MillraceError` that names the topic, partition and offsets that cannot be handed over. */
  run(): Promise<void> {
    this.#ended = this.#run();
    return this.#ended;
  }

  /** Hands over what has been read, commits, leaves the group. Resolves when that is done, also when `run` has failed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#ended?.catch(() => undefined);
  }

  /** What it is held up by, if a step fails at present and is tried again. */
  get trouble(): DeliveryTrouble | undefined {
    return this.#progress.trouble;
  }

  async #run(): Promise<void> {
    try {
      if (await this.#prepared()) await this.#deliver();
    } finally {
      await this.#ports.target.close();
      await this.#deadLetters.close();
    }
  }

  /** Waits until the target can be reached; false if it was stopped before. */
  async #prepared(): Promise<boolean> {
    const { clock, random, target } = this.#ports;
    const stop = this.#stopping.signal;
    const { topic } = this.#options;
    const onRetry = (retry: Retry): void => this.#progress.retried('prepare', { topic }, retry);
    try {
      await retrying(() => target.prepare(), { clock, random, limits: this.#limits.retry, enough: stop, cut: stop, onRetry });
      this.#progress.freed();
      return true;
    } catch (error) {
      if (stop.aborted) return false;
      throw error;
    }
  }

  async #deliver(): Promise<void> {
    const { groupId, topic } = this.#options;
    const joined: { consumer?: GroupConsumer } = {};
    const listener = this.#listener(() => joined.consumer);
    const consumer = await this.#ports.cluster.groupConsumer({ groupId, topics: [topic], from: 'earliest', listener });
    joined.consumer = consumer;
    try {
      while (!this.#stopping.signal.aborted && this.#failure === undefined) await this.#turn(consumer);
      if (this.#failure === undefined) await this.#each((lane) => lane.flush());
    } finally {
      await this.#each((lane) => lane.release());
      await consumer.close();
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** One poll, and whatever has become due by it. */
  async #turn(consumer: GroupConsumer): Promise<void> {
    const { batch } = this.#limits;
    const records = await consumer.poll(Math.min(batch.records, mostPolled), this.#pollFor());
    const arrived = byPartition(records);
    for (const [partition, lane] of this.#lanes) {
      lane.arrived(arrived.get(partition) ?? [], consumer.position({ topic: this.#options.topic, partition }));
      lane.kick();
    }
    const oldest = [...this.#lanes.values()].flatMap((lane) => lane.oldest ?? []);
    this.#progress.waiting(oldest.length === 0 ? undefined : Math.min(...oldest));
  }

  /** Until the first batch is due that needs no further record. */
  #pollFor(): number {
    const now = this.#ports.clock.monotonic();
    const due = [...this.#lanes.values()].map((lane) => (lane.dueAt ?? Infinity) - now);
    return Math.max(0, Math.min(longestPoll, ...due));
  }

  #listener(consumerOf: () => GroupConsumer | undefined): AssignmentListener {
    const leave = async (partitions: ReadonlyArray<TopicPartition>, how: 'release' | 'abandon'): Promise<void> => {
      const leaving = partitions.flatMap(({ partition }) => this.#lanes.get(partition) ?? []);
      await Promise.all(leaving.map((lane) => lane[how]()));
      for (const { partition } of partitions) {
        this.#lanes.delete(partition);
        this.#progress.freed(partition);
      }
    };
    return {
      assigned: async (partitions) => {
        const consumer = consumerOf();
        if (consumer === undefined) throw new MillraceError('engine_defect', 'partitions were assigned before the first poll');
        await this.#open(consumer, partitions);
      },
      revoked: (partitions) => leave(partitions, 'release'),
      lost: (partitions) => leave(partitions, 'abandon'),
    };
  }

  async #open(consumer: GroupConsumer, partitions: ReadonlyArray<TopicPartition>): Promise<void> {
    const committed = new Map((await this.#committed(consumer, partitions)).map((offset) => [offset.partition, offset]));
    const shared = { options: this.#options, limits: this.#limits, ports: this.#ports, deadLetters: this.#deadLetters };
    const context = { ...shared, consumer, progress: this.#progress };
    const failed = (error: MillraceError): void => void (this.#failure ??= error);
    for (const { topic, partition } of partitions) {
      const at = committed.get(partition);
      const pending = at === undefined ? undefined : pendingRange(at);
      this.#lanes.set(partition, new PartitionLane({ ...context, failed }, { topic, partition, next: at?.offset, pending }));
      if (pending !== undefined)
        this.#ports.log.info({ ...pending, topic, partition }, 'A batch that was announced is delivered again under its token.');
    }
  }

  /** Where the partitions begin; a coordinator that moves or is away is asked again. */
  #committed(consumer: GroupConsumer, partitions: ReadonlyArray<TopicPartition>): Promise<ReadonlyArray<CommittedOffset>> {
    const { clock, log } = this.#ports;
    return patiently(() => consumer.committed(partitions), {
      clock,
      limits: standingPatience,
      isOver: () => this.#stopping.signal.aborted,
      onRetry: (error, waitMs) =>
        log.warn({ error: messageOf(error), wait_ms: waitMs }, 'where a delivery begins cannot be had; it is asked for again'),
    });
  }

  async #each(act: (lane: PartitionLane<T>) => Promise<void>): Promise<void> {
    await Promise.all([...this.#lanes.values()].map(act));
  }
}

const byPartition = (records: ReadonlyArray<LogRecord>): ReadonlyMap<number, ReadonlyArray<LogRecord>> => {
  const parts = new Map<number, LogRecord[]>();
  for (const record of records) {
    const part = parts.get(record.partition);
    if (part === undefined) parts.set(record.partition, [record]);
    else part.push(record);
  }
  return parts;
};
