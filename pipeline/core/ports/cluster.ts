/** A header list as the Kafka client hands it over: one object per header, its only property being the header's name. */
export type Headers = ReadonlyArray<Readonly<Record<string, Buffer>>>;

/** Headers to be written: a text is written as UTF-8, which spares a buffer for each record. */
export type NewHeaders = ReadonlyArray<Readonly<Record<string, Buffer | string>>>;

/** A partition of a topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A record as it stands in the log. `timestamp` is Kafka's own, ms since the epoch. Its shape is the client's, so nothing is copied. */
export interface LogRecord extends TopicPartition {
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestamp: number;
  readonly headers?: Headers | undefined;
}

/**
 * A record to be written. Without `partition` the key's murmur2 hash chooses it, as Java's default partitioner does.
 * Its buffers are not to be changed afterwards: an implementation may keep them.
 */
export interface NewRecord {
  readonly topic: string;
  readonly partition?: number | undefined;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: NewHeaders | undefined;
  /** ms since the epoch; the wall clock if left out. */
  readonly timestamp?: number | undefined;
}

/** The next offset to be read in a partition, and what the committer noted beside it. */
export interface CommittedOffset extends TopicPartition {
  readonly offset: number;
  readonly metadata: string;
}

/** `committed` hides what open and aborted transactions wrote; `uncommitted` shows the true end of the log. */
export type Isolation = 'committed' | 'uncommitted';

/** The first offset that is still there and the offset after the last, under one isolation. */
export interface Watermarks {
  readonly low: number;
  readonly high: number;
}

/** What the group protocol tells a member. Each promise is waited for before the protocol goes on; the partitions change hands after it. */
export interface AssignmentListener {
  /** Partitions that are ours from now on. Nothing of them is polled before the promise settles. Fetching starts where `seek` says, or at the committed offset. */
  assigned(partitions: ReadonlyArray<TopicPartition>): Promise<void>;
  /** Partitions that are about to leave; still ours until the promise settles, so what was read can be committed. */
  revoked(partitions: ReadonlyArray<TopicPartition>): Promise<void>;
  /** Partitions that have been given to others already. Nothing of them may be committed. */
  lost(partitions: ReadonlyArray<TopicPartition>): Promise<void>;
}

/** What a member of a consumer group needs to know. */
export interface GroupOptions {
  readonly groupId: string;
  readonly topics: ReadonlyArray<string>;
  readonly listener: AssignmentListener;
  /** Where to begin without a committed offset. */
  readonly from: 'earliest' | 'latest';
  /**
   * Static membership: a name that this member keeps through restarts. The group waits for it, for as long as a session lasts, before it gives its
   * partitions to others, and deals out partitions in the order of these names. A member that joins under the name of another fences it. A cluster
   * without static membership passes it over.
   */
  readonly instanceId?: string | undefined;
}

/**
 * A member of a consumer group, always read_committed. Not re-entrant: one `poll` at a time; listener calls come only from within `poll` and `close`.
 * Retryable trouble is the implementation's own business; what cannot heal is thrown as `MillraceError`.
 */
export interface GroupConsumer {
  /**
   * Up to `max` records in the order of each partition; waits up to `waitMs` for the first one. Empty when there is none, and when a
   * listener call has not settled by then. What was fetched of a partition that leaves is never handed out after `revoked` has settled.
   * Throws what a listener threw, and `offset_out_of_range` when the log no longer has what comes next.
   */
  poll(max: number, waitMs: number): Promise<ReadonlyArray<LogRecord>>;
  /** Stops fetching from these partitions until `resume`. What the client had prefetched is thrown away. Partitions of others are passed over. */
  pause(partitions: ReadonlyArray<TopicPartition>): void;
  resume(partitions: ReadonlyArray<TopicPartition>): void;
  /** Goes on reading each partition at the given offset; within `assigned`, begins there. Partitions of others are passed over. */
  seek(offsets: ReadonlyArray<TopicPartition & { readonly offset: number }>): Promise<void>;
  /** What the group has committed, as stable offsets: pending transactional commits have been waited for. Partitions without any are left out. */
  committed(partitions: ReadonlyArray<TopicPartition>): Promise<ReadonlyArray<CommittedOffset>>;
  /** Commits outside a transaction (deliveries do). Throws `transaction_aborted` when the member's generation has passed, or a partition is not its own. */
  commit(offsets: ReadonlyArray<CommittedOffset>): Promise<void>;
  /** The offset that the next poll of the partition begins with, transaction markers included: at the end it equals the high watermark. `undefined` before the first fetch, unless it was sought. */
  position(partition: TopicPartition): number | undefined;
  /** The first offset that is still there of each partition, in their order. */
  starts(partitions: ReadonlyArray<TopicPartition>): Promise<ReadonlyArray<number>>;
  /**
   * The offset after the last of each partition, in their order, all by one question to the brokers; `undefined` of a partition that nobody
   * leads just now.
   */
  ends(partitions: ReadonlyArray<TopicPartition>, isolation: Isolation): Promise<ReadonlyArray<number | undefined>>;
  /** Leaves the group (calling `revoked` first) and closes. */
  close(): Promise<void>;
}

/**
 * A transactional producer. One transaction at a time.
 *
 * Errors: `transaction_aborted` (call `abort`, then go on with the same producer); `fenced` (another holder of the id),
 * `transaction_expired` (it was open for too long) or anything else: close it and make a new one.
 */
export interface TransactionalProducer {
  begin(): Promise<void>;
  /** Queues a record in the open transaction; synchronous. Returns false when the client's queue is full: wait for `drain`, then call again. */
  produce(record: NewRecord): boolean;
  /** Waits until the queue has room again. */
  drain(): Promise<void>;
  /**
   * Makes the consumer's offsets part of the transaction, with its group's metadata as of the last listener call that was served.
   * Throws `transaction_aborted` when the member's generation has passed, or a partition is not its own.
   */
  sendOffsets(consumer: GroupConsumer, offsets: ReadonlyArray<CommittedOffset>): Promise<void>;
  /** Flushes and commits; no client-side deadline shorter than the transaction's own. */
  commit(): Promise<void>;
  abort(): Promise<void>;
  close(): Promise<void>;
}

/** A producer without transactions, idempotent: for the edge, tools and tests. */
export interface PlainProducer {
  /** Resolves when all in-sync replicas have it, with its place in the log. */
  send(record: NewRecord): Promise<TopicPartition & { readonly offset: number }>;
  /** Waits until all that was sent has been answered. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** A reader of partitions chosen by hand, outside any group: changelogs, broadcast topics, tools. */
export interface Reader {
  /**
   * Starts reading these partitions at these offsets, in place of all before. 0 is the beginning, wherever the log begins by now; if
   * any other offset is gone, this or the next `poll` throws `offset_out_of_range`. Throws `unknown_topic`.
   */
  assign(offsets: ReadonlyArray<TopicPartition & { readonly offset: number }>): Promise<void>;
  poll(max: number, waitMs: number): Promise<ReadonlyArray<LogRecord>>;
  /** As `GroupConsumer.position`: passes transaction markers, so that a reader can tell that it has reached an end offset. */
  position(partition: TopicPartition): number | undefined;
  watermarks(partition: TopicPartition, isolation: Isolation): Promise<Watermarks>;
  close(): Promise<void>;
}

/** A topic to be created. `config` uses Kafka's own names, e.g. `cleanup.policy`. */
export interface NewTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly replication?: number | undefined;
  readonly config?: Readonly<Record<string, string>> | undefined;
}

/** What tools and the start of a runner ask of the cluster. */
export interface Admin {
  /** Partition counts of those topics that exist. */
  partitions(topics: ReadonlyArray<string>): Promise<ReadonlyMap<string, number>>;
  /** The id of each of those topics that exist: no topic ever has that of another, nor one that is made anew under its name. Left out where the cluster tells none. */
  topicIds(topics: ReadonlyArray<string>): Promise<ReadonlyMap<string, string>>;
  /** Creates what does not exist yet; existing topics are left as they are. */
  createTopics(topics: ReadonlyArray<NewTopic>): Promise<void>;
  deleteTopics(topics: ReadonlyArray<string>): Promise<void>;
  /** A group's committed offsets, without waiting for pending ones; partitions without any are left out. */
  committed(groupId: string, partitions: ReadonlyArray<TopicPartition>): Promise<ReadonlyArray<CommittedOffset>>;
  watermarks(partition: TopicPartition, isolation: Isolation): Promise<Watermarks>;
  /**
   * The offset of the first record of each partition whose timestamp is `time` (ms since the epoch) or later, as committed readers see it;
   * their end where there is none. In the order of the partitions. Throws `unknown_topic`.
   */
  offsetsAt(partitions: ReadonlyArray<TopicPartition>, time: number): Promise<ReadonlyArray<TopicPartition & { readonly offset: number }>>;
  /** Removes records below each offset (internal repartition topics). */
  deleteRecordsBefore(offsets: ReadonlyArray<TopicPartition & { readonly offset: number }>): Promise<void>;
  close(): Promise<void>;
}

/** What a cluster can and cannot do; the runner says so in its log, and tests skip what is not there by name. */
export interface ClusterTraits {
  /** Whether readers are isolated from open transactions and offsets are part of them: false on librdkafka's mock cluster. */
  readonly transactions: boolean;
  /** Whether topics can be created with a partition count; else they come to be on first use. */
  readonly createTopics: boolean;
}

/** The port to a partitioned log with consumer groups and transactions. Implementations: `cluster/kafka`, `cluster/memory`. */
export interface Cluster {
  readonly traits: ClusterTraits;
  admin(): Promise<Admin>;
  groupConsumer(options: GroupOptions): Promise<GroupConsumer>;
  /** Initialises transactions under this id: fences its earlier holder and waits for what that left open. */
  transactionalProducer(transactionalId: string): Promise<TransactionalProducer>;
  producer(): Promise<PlainProducer>;
  reader(isolation: Isolation): Promise<Reader>;
  /** Closes everything that was made from it, members of groups first, so that their listeners can still commit. */
  close(): Promise<void>;
}
