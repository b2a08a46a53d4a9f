import assert from 'node:assert/strict';
import type { Clock } from '../../../core/ports/clock.ts';
import type {
  AssignmentListener,
  Cluster,
  GroupOptions,
  LogRecord,
  NewRecord,
  Reader,
  TopicPartition,
} from '../../../core/ports/cluster.ts';
import { partitionKey } from '../../../cluster/partition-key.ts';

/** What a clause needs of a cluster beyond the least that every one can do. */
export type Need = 'transactions' | 'createTopics';

/** One statement that every implementation of the cluster port keeps. `run` throws when it does not. */
export interface ClusterClause {
  readonly name: string;
  readonly needs: ReadonlyArray<Need>;
  run(bench: ClusterBench): Promise<void>;
}

/** Makes a clause. */
export const clause = (name: string, needs: ReadonlyArray<Need>, run: (bench: ClusterBench) => Promise<void>): ClusterClause => ({
  name,
  needs,
  run,
});

/** What an implementer lends to the clauses. */
export interface ClusterSubject {
  /** A connection of its own, as another process would have it. The suite closes it. */
  connect(clientId: string): Promise<Cluster>;
  readonly clock: Clock;
  /** Goes before every name, so that runs on one cluster do not meet. */
  readonly prefix: string;
  /** Makes the cluster give up on a member that is not polled; nothing to do where it does so by itself within the deadline. */
  expire?(groupId: string): Promise<void>;
}

/** How long a clause waits for anything, in ms. */
const patience = 40_000;
/** How long a single poll waits, in ms. */
const pollWait = 100;

/** What anything that polls has. */
type Polled = Pick<Reader, 'poll'>;

/** Names, connections and waiting for one clause. */
export class ClusterBench {
  readonly clock: Clock;
  readonly #subject: ClusterSubject;
  readonly #label: string;
  readonly #connections: Cluster[] = [];
  #names = 0;

  /** `label`: unique among the clauses of a run. */
  constructor(subject: ClusterSubject, label: string) {
    this.clock = subject.clock;
    this.#subject = subject;
    this.#label = label;
  }

  /** A name that nobody else uses. */
  name(kind: string): string {
    this.#names += 1;
    return `${this.#subject.prefix}-${this.#label}-${kind}-${this.#names}`;
  }

  async connect(clientId = 'one'): Promise<Cluster> {
    const cluster = await this.#subject.connect(clientId);
    this.#connections.push(cluster);
    return cluster;
  }

  /** A new topic; where topics cannot be created, one with the default partitions that comes to be on first use. */
  async topic(cluster: Cluster, partitions = 1): Promise<string> {
    const topic = this.name('topic');
    if (!cluster.traits.createTopics) return topic;
    const admin = await cluster.admin();
    await admin.createTopics([{ topic, partitions }]);
    return topic;
  }

  expire(groupId: string): Promise<void> {
    return this.#subject.expire?.(groupId) ?? Promise.resolve();
  }

  /** Repeats `step` until it says true. Fails after a while. */
  async until(step: () => Promise<boolean>, what: string): Promise<void> {
    const end = this.clock.monotonic() + patience;
    while (!(await step())) assert.ok(this.clock.monotonic() < end, `waited in vain: ${what}`);
  }

  /** Polls until `count` records have come, or more. */
  async take(from: Polled, count: number): Promise<LogRecord[]> {
    const records: LogRecord[] = [];
    await this.until(async () => {
      records.push(...(await from.poll(1000, pollWait)));
      return records.length >= count;
    }, `${count} records`);
    return records;
  }

  /** Polls until the position of the partition is at `offset`, or past it. */
  async readTo(from: Polled & Pick<Reader, 'position'>, partition: TopicPartition, offset: number): Promise<LogRecord[]> {
    const records: LogRecord[] = [];
    await this.until(async () => {
      records.push(...(await from.poll(1000, pollWait)));
      return (from.position(partition) ?? -1) >= offset;
    }, `position ${offset}`);
    return records;
  }

  /** Polls all of them in turn until `done`. Returns what came. */
  async pollUntil(members: ReadonlyArray<Polled>, done: () => boolean): Promise<LogRecord[]> {
    const records: LogRecord[] = [];
    await this.until(async () => {
      for (const batch of await Promise.all(members.map((member) => member.poll(1000, pollWait)))) records.push(...batch);
      return done();
    }, 'the group to settle');
    return records;
  }

  async close(): Promise<void> {
    for (const cluster of this.#connections.reverse()) await cluster.close();
  }
}

/** What a member was told, in order, and what it owns. */
export class Assignments implements AssignmentListener {
  readonly events: string[] = [];
  readonly owned = new Set<string>();
  /** Called while the partitions are still ours. */
  onRevoked: (partitions: ReadonlyArray<TopicPartition>) => Promise<void> = () => Promise.resolve();
  onAssigned: (partitions: ReadonlyArray<TopicPartition>) => Promise<void> = () => Promise.resolve();

  async assigned(partitions: ReadonlyArray<TopicPartition>): Promise<void> {
    this.#note('assigned', partitions);
    for (const key of partitions.map(partitionKey)) this.owned.add(key);
    await this.onAssigned(partitions);
  }

  async revoked(partitions: ReadonlyArray<TopicPartition>): Promise<void> {
    this.#note('revoked', partitions);
    await this.onRevoked(partitions);
    for (const key of partitions.map(partitionKey)) this.owned.delete(key);
  }

  lost(partitions: ReadonlyArray<TopicPartition>): Promise<void> {
    this.#note('lost', partitions);
    for (const key of partitions.map(partitionKey)) this.owned.delete(key);
    return Promise.resolve();
  }

  #note(event: string, partitions: ReadonlyArray<TopicPartition>): void {
    if (partitions.length > 0) this.events.push(event);
  }
}

/** A record with a text as its value. */
export const text = (topic: string, value: string, partition = 0): NewRecord => ({
  topic,
  partition,
  key: null,
  value: Buffer.from(value),
});

/** The texts of records. */
export const textsOf = (records: ReadonlyArray<LogRecord>): string[] => records.map(({ value }) => String(value));

/** Options of a member that reads from the beginning. */
export const memberOf = (groupId: string, topics: ReadonlyArray<string>, listener: AssignmentListener): GroupOptions => ({
  groupId,
  topics,
  listener,
  from: 'earliest',
});

/** Sends texts to a partition and waits for each answer. */
export const sendTexts = async (cluster: Cluster, topic: string, values: ReadonlyArray<string>): Promise<void> => {
  const producer = await cluster.producer();
  for (const value of values) await producer.send(text(topic, value));
  await producer.close();
};

/** How many partitions the topic has. */
export const partitionsOf = async (cluster: Cluster, topic: string): Promise<number> => {
  const admin = await cluster.admin();
  return (await admin.partitions([topic])).get(topic) ?? 0;
};
