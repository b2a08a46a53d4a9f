import { MillraceError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Isolation, NewRecord, NewTopic, TopicPartition } from '../../core/ports/cluster.ts';
import { partitionOf } from '../../core/partition-of.ts';
import { ConsumerGroup } from './consumer-group.ts';
import type { MemoryFaults } from './faults.ts';
import { PartitionLog } from './partition-log.ts';
import type { Transaction } from './transaction.ts';
import { TransactionCoordinator } from './transaction-coordinator.ts';

/** How a memory cluster behaves; times in ms. */
export interface MemoryClusterOptions {
  /** All waiting and every timestamp comes from here. */
  readonly clock: Clock;
  /** Topics come to be on first use, with this many partitions; without it an unknown topic is an error. */
  readonly autoCreatePartitions?: number | undefined;
  /** After how long an open transaction is aborted and its producer fenced; 10,000. */
  readonly transactionTimeoutMs?: number | undefined;
  /** How long after a crash the group notices that a member is gone; 10,000. */
  readonly sessionTimeoutMs?: number | undefined;
  readonly faults?: MemoryFaults | undefined;
}

interface Topic {
  readonly id: string;
  readonly logs: ReadonlyArray<PartitionLog>;
  /** The next partition for a record without a key. */
  turn: number;
}

/** Why a nap ends early. Given, so that no error is made up for each. */
const somethingChanged = 'something has changed';

/** What all connections share: the logs, the groups, the coordinator of transactions, and who waits for a change of them. Synchronous. */
export class Broker {
  readonly clock: Clock;
  readonly faults: MemoryFaults;
  readonly coordinator: TransactionCoordinator;
  readonly #autoCreatePartitions: number | undefined;
  readonly #sessionTimeoutMs: number;
  readonly #topics = new Map<string, Topic>();
  /** How many topics were ever made, which numbers them. */
  #made = 0;
  readonly #groups = new Map<string, ConsumerGroup>();
  /** Members that are not heard of any more, with the time at which they count as gone. */
  readonly #silent = new Map<string, { readonly group: ConsumerGroup; readonly deadline: number }>();
  #napping: { readonly nap: AbortController; readonly isolation: Isolation }[] = [];

  constructor(options: MemoryClusterOptions) {
    this.clock = options.clock;
    this.faults = options.faults ?? {};
    this.coordinator = new TransactionCoordinator(options.transactionTimeoutMs ?? 10_000);
    this.#autoCreatePartitions = options.autoCreatePartitions;
    this.#sessionTimeoutMs = options.sessionTimeoutMs ?? 10_000;
  }

  /** Creates the topic unless it is there. */
  createTopic({ topic, partitions }: NewTopic): void {
    if (this.#topics.has(topic)) return;
    this.#made += 1;
    const logs = Array.from({ length: partitions }, (_, partition) => new PartitionLog(topic, partition));
    this.#topics.set(topic, { id: String(this.#made), logs, turn: 0 });
    this.#topicsChanged(topic);
  }

  deleteTopic(topic: string): void {
    if (!this.#topics.delete(topic)) return;
    for (const group of this.#groups.values()) group.forgetTopic(topic);
    this.#topicsChanged(topic);
  }

  /** How many partitions the topic has; 0 when it does not exist. */
  partitionsOf(topic: string): number {
    return this.#topics.get(topic)?.logs.length ?? 0;
  }

  /** What no other topic has, not even one that is made anew under its name; undefined when it does not exist. */
  topicId(topic: string): string | undefined {
    return this.#topics.get(topic)?.id;
  }

  /** Creates the topic if that happens on first use. */
  touchTopic(topic: string): void {
    if (this.#autoCreatePartitions !== undefined) this.createTopic({ topic, partitions: this.#autoCreatePartitions });
  }

  /** Throws `unknown_topic`. */
  log({ topic, partition }: TopicPartition): PartitionLog {
    this.touchTopic(topic);
    const log = this.#topics.get(topic)?.logs[partition];
    if (log === undefined) throw new MillraceError('unknown_topic', `There is no partition ${partition} of a topic '${topic}'.`);
    return log;
  }

  /** Appends the record to its partition, as part of the transaction if there is one. Throws `unknown_topic`. */
  append(record: NewRecord, transaction?: Transaction): TopicPartition & { readonly offset: number } {
    const log = this.log({ topic: record.topic, partition: record.partition ?? this.#choosePartition(record) });
    const offset = log.append(record, record.timestamp ?? this.clock.now(), transaction);
    transaction?.touches(log);
    this.changed(transaction === undefined ? 'committed' : 'uncommitted');
    return { topic: record.topic, partition: log.partition, offset };
  }

  group(groupId: string): ConsumerGroup {
    const group = this.#groups.get(groupId) ?? new ConsumerGroup(groupId, (topic) => this.partitionsOf(topic));
    this.#groups.set(groupId, group);
    return group;
  }

  /** The member sends no more heartbeats: it is taken out of its group after the session time-out. */
  fallSilent(group: ConsumerGroup, memberId: string): void {
    this.#silent.set(memberId, { group, deadline: this.clock.monotonic() + this.#sessionTimeoutMs });
  }

  /** What the markers of a commit wait for; undefined if they are written at once. */
  markerLag(): Promise<void> | undefined {
    const ms = this.faults.markerLag?.() ?? 0;
    if (ms === 0) return undefined;
    // Whoever waits for a change is told behind the markers, which hang from the same promise.
    const lag = this.clock.sleep(ms);
    void lag.then(() => Promise.resolve()).then(() => this.changed());
    return lag;
  }

  /** Does what has become due by now: aborts transactions that took too long, takes out members that fell silent. */
  tick(): void {
    const now = this.clock.monotonic();
    let due = this.coordinator.expire(now);
    for (const [memberId, { group, deadline }] of this.#silent) {
      if (deadline > now) continue;
      this.#silent.delete(memberId);
      group.leave(memberId);
      due = true;
    }
    if (due) this.changed();
  }

  /** Wakes everybody who waits and can see the change, in the order in which they began to. What is open is seen uncommitted only. */
  changed(isolation: Isolation = 'committed'): void {
    if (this.#napping.length === 0) return;
    const all = this.#napping;
    const sees = (of: Isolation): boolean => isolation === 'committed' || of === isolation;
    this.#napping = all.filter((napper) => !sees(napper.isolation));
    for (const { nap, isolation: of } of all) if (sees(of)) nap.abort(somethingChanged);
  }

  /** Waits for a change that is seen under an isolation, or until `ms` have passed, or something becomes due. */
  async nap(ms: number, isolation: Isolation = 'committed'): Promise<void> {
    const due = Math.min(this.coordinator.nextDeadline, ...[...this.#silent.values()].map(({ deadline }) => deadline));
    const nap = new AbortController();
    this.#napping.push({ nap, isolation });
    await this.clock.sleep(Math.min(ms, due - this.clock.monotonic()), nap.signal);
    this.#napping = this.#napping.filter((other) => other.nap !== nap);
    this.tick();
  }

  #choosePartition({ topic, key }: NewRecord): number {
    this.touchTopic(topic);
    const found = this.#topics.get(topic);
    if (found === undefined) return 0;
    if (key !== null) return partitionOf(key, found.logs.length);
    found.turn += 1;
    return (found.turn - 1) % found.logs.length;
  }

  #topicsChanged(topic: string): void {
    for (const group of this.#groups.values()) if (group.members.some(({ topics }) => topics.includes(topic))) group.rebalance();
    this.changed();
  }
}
