import { MillraceError } from '../../core/errors.ts';
import type { CommittedOffset, TopicPartition } from '../../core/ports/cluster.ts';
import { partitionKey } from '../partition-key.ts';
import { rangeAssignor, type Subscriber } from './range-assignor.ts';
import type { Outcome, Transaction } from './transaction.ts';

/** A member as the coordinator knows it. */
export interface Membership extends Subscriber {
  readonly clientId: string;
  /** The epoch up to which the member has reconciled itself; commits must name it. */
  readonly epoch: number;
}

/** What a member has to do to get from what it owns to what it should own. `assign` holds only what nobody else still owns. */
export interface Reconciliation {
  readonly revoke: ReadonlyArray<TopicPartition>;
  readonly assign: ReadonlyArray<TopicPartition>;
}

/**
 * The coordinator's side of a consumer group, after KIP-848: every join, leave or change of topics begins an epoch with a new target;
 * each member then gives up what it should not own, takes over the epoch, and is given what has become free. A partition therefore
 * never has two owners. Offsets sent in a transaction are pending until it ends.
 */
export class ConsumerGroup {
  readonly groupId: string;
  #epoch = 0;
  #joined = 0;
  #version = 0;
  readonly #partitionsOf: (topic: string) => number;
  readonly #members = new Map<string, Membership>();
  readonly #owners = new Map<string, string>();
  #target: ReadonlyMap<string, ReadonlyArray<TopicPartition>> = new Map();
  readonly #offsets = new Map<string, CommittedOffset>();
  readonly #pending = new Map<Transaction, Map<string, CommittedOffset>>();

  constructor(groupId: string, partitionsOf: (topic: string) => number) {
    this.groupId = groupId;
    this.#partitionsOf = partitionsOf;
  }

  /** Changes whenever `reconcile` may have something new to say. */
  get version(): number {
    return this.#version;
  }

  get members(): ReadonlyArray<Membership> {
    return [...this.#members.values()];
  }

  /** Returns the id of the new member. Ids sort in the order of joining. */
  join(clientId: string, topics: ReadonlyArray<string>): string {
    this.#joined += 1;
    const id = `${clientId}-${this.groupId}-${String(this.#joined).padStart(6, '0')}`;
    this.#members.set(id, { id, clientId, topics, epoch: this.#epoch });
    this.rebalance();
    return id;
  }

  /** Takes a member out, by its own wish or because it was not heard of. */
  leave(memberId: string): void {
    if (!this.#members.delete(memberId)) return;
    for (const [key, owner] of this.#owners) if (owner === memberId) this.#owners.delete(key);
    this.rebalance();
  }

  has(memberId: string): boolean {
    return this.#members.has(memberId);
  }

  /** Begins a new epoch; members learn of it with their next poll. */
  rebalance(): void {
    this.#epoch += 1;
    this.#version += 1;
    this.#target = rangeAssignor(this.members, this.#partitionsOf);
  }

  /** As `rebalance`, but it outruns the members: whatever they commit before their next poll is of an older epoch. */
  forceRebalance(): void {
    this.rebalance();
    for (const member of this.members) this.#members.set(member.id, { ...member, epoch: this.#epoch });
  }

  /** What the member has to give up and what it can have now. */
  reconcile(memberId: string): Reconciliation {
    const target = this.#target.get(memberId) ?? [];
    const wanted = new Set(target.map(partitionKey));
    const owned = this.owned(memberId);
    return {
      revoke: owned.filter((partition) => !wanted.has(partitionKey(partition))),
      assign: target.filter((partition) => !this.#owners.has(partitionKey(partition))),
    };
  }

  owned(memberId: string): ReadonlyArray<TopicPartition> {
    return [...this.#owners].filter(([, owner]) => owner === memberId).map(([key]) => partitionOfKey(key));
  }

  /** Frees these partitions, those aside that have gone to another member meanwhile. */
  release(memberId: string, partitions: ReadonlyArray<TopicPartition>): void {
    for (const key of partitions.map(partitionKey)) if (this.#owners.get(key) === memberId) this.#owners.delete(key);
    this.#version += 1;
  }

  /** The member has given up what it had to: it is now of the group's epoch, which is returned. */
  catchUp(memberId: string): number {
    const member = this.#members.get(memberId);
    if (member !== undefined) this.#members.set(memberId, { ...member, epoch: this.#epoch });
    return this.#epoch;
  }

  acquire(memberId: string, partitions: ReadonlyArray<TopicPartition>): void {
    for (const partition of partitions) this.#owners.set(partitionKey(partition), memberId);
  }

  /** Throws `transaction_aborted` unless the member is here, of this epoch, and has all these partitions. */
  check({ memberId, epoch }: { readonly memberId: string; readonly epoch: number }, partitions: ReadonlyArray<TopicPartition>): void {
    const reason = this.#refusal(this.#members.get(memberId), epoch) ?? this.#foreign(memberId, partitions);
    if (reason === undefined) return;
    throw new MillraceError('transaction_aborted', `Offsets of group '${this.groupId}' are refused: member '${memberId}' ${reason}.`);
  }

  commit(offsets: ReadonlyArray<CommittedOffset>): void {
    for (const offset of offsets) this.#offsets.set(partitionKey(offset), offset);
  }

  addPending(transaction: Transaction, offsets: ReadonlyArray<CommittedOffset>): void {
    const pending = this.#pending.get(transaction) ?? new Map<string, CommittedOffset>();
    for (const offset of offsets) pending.set(partitionKey(offset), offset);
    this.#pending.set(transaction, pending);
  }

  settlePending(transaction: Transaction, outcome: Outcome): void {
    const pending = this.#pending.get(transaction);
    this.#pending.delete(transaction);
    if (pending !== undefined && outcome === 'committed') this.commit([...pending.values()]);
  }

  /** Whether an open transaction may still change the partition's offset. */
  isPending(partition: TopicPartition): boolean {
    const key = partitionKey(partition);
    return [...this.#pending.values()].some((offsets) => offsets.has(key));
  }

  committed(partitions: ReadonlyArray<TopicPartition>): ReadonlyArray<CommittedOffset> {
    return partitions.flatMap((partition) => this.#offsets.get(partitionKey(partition)) ?? []);
  }

  #refusal(member: Membership | undefined, epoch: number): string | undefined {
    if (member === undefined) return 'is no longer in the group';
    return member.epoch === epoch ? undefined : `is of epoch ${epoch}, the group has gone on to ${member.epoch}`;
  }

  #foreign(memberId: string, partitions: ReadonlyArray<TopicPartition>): string | undefined {
    const foreign = partitions.map(partitionKey).find((key) => this.#owners.get(key) !== memberId);
    return foreign === undefined ? undefined : `does not have ${foreign}`;
  }

  forgetTopic(topic: string): void {
    for (const [key, offset] of this.#offsets) if (offset.topic === topic) this.#offsets.delete(key);
  }
}

const partitionOfKey = (key: string): TopicPartition => {
  const slash = key.lastIndexOf('/');
  return { topic: key.slice(0, slash), partition: Number(key.slice(slash + 1)) };
};
