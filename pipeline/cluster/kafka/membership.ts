import type { AssignmentListener, TopicPartition } from '../../core/ports/cluster.ts';
import { partitionKey } from '../partition-key.ts';
import type { ClientError, NativeConsumer } from './client.ts';
import { codes } from './to-millrace-error.ts';

interface Change {
  readonly kind: 'assign' | 'revoke';
  readonly partitions: ReadonlyArray<TopicPartition>;
}

/** What a membership needs of the member whose it is. */
export interface MembershipHost {
  readonly consumer: () => NativeConsumer;
  readonly listener: AssignmentListener;
  /** Lets the client fetch these partitions, after the listener has let them in. */
  readonly admit: (partitions: ReadonlyArray<TopicPartition>) => Promise<void>;
  /** Forgets what was fetched of them, after the listener has let them go. */
  readonly forget: (partitions: ReadonlyArray<TopicPartition>) => void;
}

/**
 * What the group protocol wants of a member, one change at a time: the client waits with the next until `assign` or `unassign` answers
 * the last, so the listener may take its time. Changes are only begun by `serve`.
 */
export class Membership {
  readonly #host: MembershipHost;
  readonly #changes: Change[] = [];
  readonly #owned = new Map<string, TopicPartition>();
  #pending: Promise<void> | undefined;
  #failure: { readonly cause: unknown } | undefined;
  #leaving = false;
  /** Asked in time: a client that is being closed does not know any more. */
  #cooperative = false;

  constructor(host: MembershipHost) {
    this.#host = host;
  }

  get owned(): ReadonlyArray<TopicPartition> {
    return [...this.#owned.values()];
  }

  owns(partition: TopicPartition): boolean {
    return this.#owned.has(partitionKey(partition));
  }

  /** The listener call that has not settled yet. */
  get pending(): Promise<void> | undefined {
    return this.#pending;
  }

  /** Takes a call of `rebalance_cb`. On the way out there is nobody left to ask. */
  take(event: ClientError | undefined, partitions: ReadonlyArray<TopicPartition>): void {
    if (!this.#leaving) this.#cooperative = this.#host.consumer().rebalanceProtocol() === 'COOPERATIVE';
    const kind = event?.code === codes.assignPartitions ? 'assign' : 'revoke';
    if (this.#leaving) this.#answer({ kind: 'revoke', partitions });
    else this.#changes.push({ kind, partitions: partitions.map(({ topic, partition }) => ({ topic, partition })) });
  }

  /** Begins the next change, if one waits and none is going on. */
  serve(): void {
    if (this.#pending !== undefined) return;
    const change = this.#changes.shift();
    if (change === undefined) return;
    this.#pending = (change.kind === 'assign' ? this.#assign(change) : this.#revoke(change))
      .catch((cause: unknown) => {
        this.#failure = { cause };
      })
      .finally(() => {
        this.#pending = undefined;
      });
  }

  /** Throws what a listener threw. */
  throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.cause;
  }

  /** Lets go of everything before the member leaves. Throws what the listener throws. */
  async leave(): Promise<void> {
    await this.#pending;
    this.#leaving = true;
    const owned = this.owned;
    try {
      if (owned.length > 0) await this.#tellGone(owned);
    } finally {
      this.#owned.clear();
      this.#host.forget(owned);
      for (const change of this.#changes.splice(0)) this.#answer({ ...change, kind: 'revoke' });
    }
    this.throwFailure();
  }

  async #assign(change: Change): Promise<void> {
    for (const partition of change.partitions) this.#owned.set(partitionKey(partition), partition);
    try {
      if (change.partitions.length > 0) await this.#host.listener.assigned(change.partitions);
    } finally {
      await this.#host.admit(change.partitions);
    }
  }

  async #revoke(change: Change): Promise<void> {
    try {
      if (change.partitions.length > 0) await this.#tellGone(change.partitions);
    } finally {
      for (const key of change.partitions.map(partitionKey)) this.#owned.delete(key);
      this.#host.forget(change.partitions);
      this.#answer(change);
    }
  }

  #tellGone(partitions: ReadonlyArray<TopicPartition>): Promise<void> {
    return this.#host.listener[this.#host.consumer().assignmentLost() ? 'lost' : 'revoked'](partitions);
  }

  /** Tells the client that the partitions have been let go. */
  #answer({ partitions }: Change): void {
    const consumer = this.#host.consumer();
    if (this.#cooperative) consumer.incrementalUnassign(partitions);
    else consumer.unassign();
  }
}
