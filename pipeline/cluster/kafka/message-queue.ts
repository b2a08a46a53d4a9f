import type { LogRecord, TopicPartition } from '../../core/ports/cluster.ts';
import { partitionKey } from '../partition-key.ts';
import { done, type ClientError, type NativeConsumer, type PartitionOffset, promised } from './client.ts';
import { Lock } from './lock.ts';

/** The longest that one call may hold a thread of Node's pool, in ms. */
const longestWait = 100;
const seekTimeoutMs = 10_000;

/** How far a partition has been handed out. */
export interface Progress extends TopicPartition {
  readonly offset: number;
  readonly atEnd: boolean;
}

/**
 * What a native consumer fetches, and how far it has been handed out.
 *
 * librdkafka's own position stands still at transaction markers; the end-of-partition event does not, so it is taken into account.
 * Fetching and seeking exclude each other, or a seek could be overtaken by records that were fetched before it.
 */
export class MessageQueue {
  readonly #consumer: NativeConsumer;
  readonly #lock = new Lock();
  /** Fetched and not handed out yet. */
  #held: LogRecord[] = [];
  #fetchedEnds: PartitionOffset[] = [];
  readonly #progress = new Map<string, Progress>();
  readonly #paused = new Set<string>();

  constructor(consumer: NativeConsumer) {
    this.#consumer = consumer;
    consumer.setDefaultIsTimeoutOnlyForFirstMessage(true);
    consumer.on('partition.eof', (end) => this.#fetchedEnds.push(end));
  }

  /** Whether `take` would hand out something. */
  get isReady(): boolean {
    return this.#paused.size === 0 ? this.#held.length > 0 : this.#held.some((record) => !this.#isPaused(record));
  }

  /** Fetches up to `max` records, waiting up to `waitMs`, though not longer than a tenth of a second. Rejects with the client's error. */
  fetch(max: number, waitMs: number): Promise<void> {
    return this.#lock.run(async () => {
      this.#consumer.setDefaultConsumeTimeout(Math.max(0, Math.min(waitMs, longestWait)));
      const records = await promised<LogRecord[]>((callback) => this.#consumer.consume(max, callback));
      this.#held = this.#held.length === 0 ? records : this.#held.concat(records);
      if (this.#held.length === 0) this.#noteEnds();
    });
  }

  /** Hands out up to `max` of what has been fetched, as the client made it. */
  take(max: number): LogRecord[] {
    const [records, rest] = this.#paused.size === 0 ? splitAt(this.#held, max) : this.#split(max);
    this.#held = rest;
    this.#note(records);
    if (this.#held.length === 0) this.#noteEnds();
    return records;
  }

  /** Keeps back what has been fetched of these partitions. */
  pause(partitions: ReadonlyArray<TopicPartition>): void {
    for (const key of partitions.map(partitionKey)) this.#paused.add(key);
  }

  resume(partitions: ReadonlyArray<TopicPartition>): void {
    for (const key of partitions.map(partitionKey)) this.#paused.delete(key);
  }

  /** Forgets what was fetched of these partitions. */
  drop(partitions: ReadonlyArray<TopicPartition>): void {
    const keys = new Set(partitions.map(partitionKey));
    this.#held = this.#held.filter((record) => !keys.has(partitionKey(record)));
    this.#fetchedEnds = this.#fetchedEnds.filter((end) => !keys.has(partitionKey(end)));
    for (const key of keys) this.#progress.delete(key);
  }

  /** Goes on at these offsets. Rejects with the client's error. */
  seek(offsets: ReadonlyArray<PartitionOffset>): Promise<void> {
    return this.#lock.run(async () => {
      this.drop(offsets);
      for (const to of offsets) await done((callback) => this.#consumer.seek(to, seekTimeoutMs, callback));
      this.start(offsets);
    });
  }

  /** The positions that partitions begin with. */
  start(offsets: ReadonlyArray<PartitionOffset>): void {
    for (const { topic, partition, offset } of offsets) this.#set({ topic, partition, offset, atEnd: false });
  }

  position(partition: TopicPartition): number | undefined {
    const next = this.#held.find((record) => record.partition === partition.partition && record.topic === partition.topic);
    return next?.offset ?? this.#progress.get(partitionKey(partition))?.offset;
  }

  /** What is known of all partitions that something was handed out of, or that were started. */
  get progress(): ReadonlyArray<Progress> {
    return [...this.#progress.values()];
  }

  /** Resolves when the consumer is not in use any more. */
  idle(): Promise<void> {
    return this.#lock.idle();
  }

  #isPaused(record: LogRecord): boolean {
    return this.#paused.has(partitionKey(record));
  }

  /** What can go, and what is kept back. */
  #split(max: number): [LogRecord[], LogRecord[]] {
    const taken = new Set(this.#held.filter((record) => !this.#isPaused(record)).slice(0, max));
    return [[...taken], this.#held.filter((record) => !taken.has(record))];
  }

  /** One look a run of records of the same partition: records come in such runs. */
  #note(records: ReadonlyArray<LogRecord>): void {
    for (let index = 0; index < records.length; index += 1) {
      const record = records[index];
      const next = records[index + 1];
      if (record === undefined || (next?.partition === record.partition && next.topic === record.topic)) continue;
      this.#set({ topic: record.topic, partition: record.partition, offset: record.offset + 1, atEnd: false });
    }
  }

  #noteEnds(): void {
    for (const { topic, partition, offset } of this.#fetchedEnds) {
      const before = this.#progress.get(partitionKey({ topic, partition }))?.offset ?? 0;
      if (offset >= before) this.#set({ topic, partition, offset, atEnd: true });
    }
    this.#fetchedEnds = [];
  }

  #set(progress: Progress): void {
    this.#progress.set(partitionKey(progress), progress);
  }
}

const splitAt = (records: LogRecord[], max: number): [LogRecord[], LogRecord[]] =>
  records.length <= max ? [records, []] : [records.slice(0, max), records.slice(max)];

/** Whether an error of a fetch passes by itself: the client goes on trying. */
export const passes = ({ code, isFatal }: ClientError): boolean => isFatal !== true && !stopping.has(code);

/** Refused access, offsets out of range, and what was raised as fatal before. */
const stopping = new Set([29, 30, 31, -169, -140, 1, -150]);
