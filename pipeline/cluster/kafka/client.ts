import type { CommittedOffset, LogRecord, NewHeaders, TopicPartition } from '../../core/ports/cluster.ts';
import { library } from './library.ts';

/** A token of OAuth, as the client takes it. */
export interface Token {
  readonly tokenValue: string;
  /** When it ends, ms since the epoch. */
  readonly lifetime: number;
  readonly principal: string;
}

/** Settings of librdkafka, by its own names. The one that is a function gives a token when the client asks for one. */
export type Settings = Readonly<Record<string, string | number | boolean | (() => Promise<Token>)>>;

/** How the client reports that something went wrong. */
export interface ClientError {
  readonly code: number;
  readonly message: string;
  readonly isFatal?: boolean;
  readonly isRetriable?: boolean;
  readonly isTxnRequiresAbort?: boolean;
}

/** An offset in a partition. */
export type PartitionOffset = TopicPartition & { readonly offset: number };

/** What the client says that a group has committed; without an offset if there is nothing. */
export interface StoredOffset extends TopicPartition {
  readonly offset?: number;
  readonly metadata?: string | null;
}

/** The last argument of every asynchronous method of the client. */
export type Callback<T> = (error: ClientError | null | undefined, result: T) => void;

/** What the cluster says of itself. */
export interface Metadata {
  readonly brokers: ReadonlyArray<{ readonly host: string; readonly port: number }>;
  readonly topics: ReadonlyArray<{ readonly name: string; readonly partitions: ReadonlyArray<unknown> }>;
}

/** A log line of librdkafka; severities as in syslog. */
export interface LogLine {
  readonly severity: number;
  readonly fac: string;
  readonly message: string;
}

/** What every client has. The methods are those of the library, as far as they are used here. */
export interface NativeClient {
  connect(options: { readonly timeout: number }, callback: Callback<Metadata>): void;
  on(event: 'event.error' | 'error', listener: (error: ClientError) => void): void;
  on(event: 'event.log', listener: (line: LogLine) => void): void;
}

/** A consumer of the library. Several of these methods are missing in its own types. */
export interface NativeConsumer extends NativeClient {
  on(event: 'event.error' | 'error', listener: (error: ClientError) => void): void;
  on(event: 'event.log', listener: (line: LogLine) => void): void;
  on(event: 'partition.eof', listener: (end: PartitionOffset) => void): void;
  subscribe(topics: ReadonlyArray<string>): void;
  consume(max: number, callback: Callback<LogRecord[]>): void;
  setDefaultConsumeTimeout(ms: number): void;
  /** Waits for the first message only, then takes what is there. */
  setDefaultIsTimeoutOnlyForFirstMessage(only: boolean): void;
  assign(partitions: ReadonlyArray<PartitionOffset>): void;
  unassign(): void;
  incrementalAssign(partitions: ReadonlyArray<PartitionOffset>): void;
  incrementalUnassign(partitions: ReadonlyArray<TopicPartition>): void;
  rebalanceProtocol(): string;
  assignmentLost(): boolean;
  pause(partitions: ReadonlyArray<TopicPartition>): void;
  resume(partitions: ReadonlyArray<TopicPartition>): void;
  seek(offset: PartitionOffset, timeoutMs: number, callback: Callback<undefined>): void;
  /** In the place of a partition of which it could not be told stands an error. */
  committed(partitions: ReadonlyArray<TopicPartition>, timeoutMs: number, callback: Callback<ReadonlyArray<StoredOffset | Error>>): void;
  /** Only queues the commit; the answer comes through `offset_commit_cb`. */
  commit(offsets: ReadonlyArray<CommittedOffset>): void;
  disconnect(callback: Callback<unknown>): void;
}

/** The binding under a producer: its `produce` returns an error code where the wrapper throws. */
export interface ProducerBinding {
  produce(
    topic: string,
    partition: number,
    value: Buffer | null,
    key: Buffer | null,
    timestamp: number | null,
    opaque: unknown,
    headers: NewHeaders | undefined,
  ): number;
}

/** What a delivery report says of a record. */
export interface DeliveryReport extends PartitionOffset {
  readonly opaque?: unknown;
}

/** A producer of the library. */
export interface NativeProducer extends NativeClient {
  on(event: 'event.error' | 'error', listener: (error: ClientError) => void): void;
  on(event: 'event.log', listener: (line: LogLine) => void): void;
  on(event: 'delivery-report', listener: (error: ClientError | null | undefined, report: DeliveryReport) => void): void;
  getClient(): ProducerBinding;
  getMetadata(
    options: { readonly timeout: number; readonly topic?: string; readonly allTopics?: boolean },
    callback: Callback<Metadata>,
  ): void;
  setPollInBackground(background: boolean): void;
  flush(timeoutMs: number, callback: Callback<undefined>): void;
  initTransactions(timeoutMs: number, callback: Callback<undefined>): void;
  beginTransaction(callback: Callback<undefined>): void;
  sendOffsetsToTransaction(
    offsets: ReadonlyArray<CommittedOffset>,
    consumer: NativeConsumer,
    timeoutMs: number,
    callback: Callback<undefined>,
  ): void;
  commitTransaction(timeoutMs: number, callback: Callback<undefined>): void;
  abortTransaction(timeoutMs: number, callback: Callback<undefined>): void;
  disconnect(flushMs: number, callback: Callback<unknown>): void;
}

/** The callbacks that a consumer of the library takes among its settings. */
export interface ConsumerCallbacks {
  readonly rebalance_cb?: (event: ClientError | undefined, partitions: ReadonlyArray<TopicPartition>) => void;
  readonly offset_commit_cb?: (error: ClientError | undefined, offsets: ReadonlyArray<unknown>) => void;
}

/** A consumer that is not connected yet. */
export const newConsumer = async (settings: Settings, callbacks: ConsumerCallbacks = {}): Promise<NativeConsumer> => {
  const { KafkaConsumer } = await library();
  const conf: object = { ...settings, ...callbacks };
  return new KafkaConsumer(conf) as unknown as NativeConsumer;
};

/** A producer that is not connected yet. With `reports`, each record's fate is told by `delivery-report`. */
export const newProducer = async (settings: Settings, reports = false): Promise<NativeProducer> => {
  const { Producer } = await library();
  const conf: object = { ...settings, ...(reports ? { dr_cb: true } : {}) };
  return new Producer(conf) as unknown as NativeProducer;
};

/** As `promised`, for calls that answer with nothing. */
export const done = async (call: (callback: Callback<unknown>) => void): Promise<void> => {
  await promised(call);
};

/** Turns a call that takes a callback into a promise. Rejects with the client's own error. */
export const promised = <T>(call: (callback: Callback<T>) => void): Promise<T> =>
  new Promise((resolve, reject) =>
    call((error, result) => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the library's error, which every caller translates
      if (error) reject(error);
      else resolve(result);
    }),
  );
