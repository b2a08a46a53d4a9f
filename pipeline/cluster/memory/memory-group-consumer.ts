import type { CommittedOffset, GroupConsumer, GroupOptions, Isolation, LogRecord, TopicPartition } from '../../core/ports/cluster.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import { Fetcher } from './fetcher.ts';
import type { Session } from './session.ts';
import { endsOf, startsOf } from './watermarks-of.ts';

/** A member of a group of a memory cluster. Its heartbeat is `poll`: only there does it learn what the coordinator has decided. */
export class MemoryGroupConsumer implements GroupConsumer {
  readonly group: ConsumerGroup;
  readonly #session: Session;
  readonly #options: GroupOptions;
  readonly #fetcher: Fetcher;
  #memberId: string;
  #epoch = 0;
  #seenVersion = -1;
  /** A listener call that has not settled yet, and what the last one failed with. */
  #pending: Promise<void> | undefined;
  #failure: { readonly cause: unknown } | undefined;
  #closed = false;

  constructor(session: Session, options: GroupOptions) {
    const { broker } = session;
    this.#session = session;
    this.#options = options;
    this.group = broker.group(options.groupId);
    this.#fetcher = new Fetcher({ broker, isolation: 'committed', start: (partition) => this.#start(partition) });
    this.#memberId = this.#join();
  }

  get memberId(): string {
    return this.#memberId;
  }

  poll(max: number, waitMs: number): Promise<ReadonlyArray<LogRecord>> {
    return this.#run('poll', () => this.#poll(max, waitMs));
  }

  pause(partitions: ReadonlyArray<TopicPartition>): void {
    this.#fetcher.pause(partitions, true);
  }

  resume(partitions: ReadonlyArray<TopicPartition>): void {
    this.#fetcher.pause(partitions, false);
  }

  seek(offsets: ReadonlyArray<TopicPartition & { readonly offset: number }>): Promise<void> {
    this.#fetcher.seek(offsets);
    return Promise.resolve();
  }

  committed(partitions: ReadonlyArray<TopicPartition>): Promise<ReadonlyArray<CommittedOffset>> {
    return this.#run('committed', async () => {
      while (partitions.some((partition) => this.group.isPending(partition))) {
        await this.#session.broker.nap(Infinity);
        this.#session.check();
      }
      return this.group.committed(partitions);
    });
  }

  commit(offsets: ReadonlyArray<CommittedOffset>): Promise<void> {
    return this.#run('commitOffsets', () => {
      this.check(offsets);
      this.group.commit(offsets);
    });
  }

  /** Throws `transaction_aborted` if the group has gone on without this member, or past what it knows, or one of these is not its own. */
  check(partitions: ReadonlyArray<TopicPartition>): void {
    this.group.check({ memberId: this.#memberId, epoch: this.#epoch }, partitions);
  }

  position(partition: TopicPartition): number | undefined {
    return this.#fetcher.position(partition);
  }

  starts(partitions: ReadonlyArray<TopicPartition>): Promise<ReadonlyArray<number>> {
    return startsOf(this.#session, partitions);
  }

  ends(partitions: ReadonlyArray<TopicPartition>, isolation: Isolation): Promise<ReadonlyArray<number>> {
    return endsOf(this.#session, partitions, isolation);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#session.made.remove(this);
    if (this.#session.crashed) return;
    await this.#pending;
    const owned = this.#fetcher.partitions;
    try {
      if (owned.length > 0) await this.#options.listener[this.group.has(this.#memberId) ? 'revoked' : 'lost'](owned);
    } finally {
      this.#fetcher.clear();
      this.group.leave(this.#memberId);
      this.#session.broker.changed();
    }
    this.#throwFailure();
  }

  #run<T>(operation: 'poll' | 'committed' | 'commitOffsets', work: () => T | Promise<T>): Promise<T> {
    return this.#session.run(operation, this.group.groupId, work);
  }

  async #poll(max: number, waitMs: number): Promise<ReadonlyArray<LogRecord>> {
    const { broker } = this.#session;
    const end = broker.clock.monotonic() + waitMs;
    for (;;) {
      this.#session.check();
      this.#throwFailure();
      this.#serve();
      const records = this.#pending === undefined ? this.#fetcher.fetch(max) : [];
      const left = end - broker.clock.monotonic();
      if (records.length > 0 || left <= 0) return records;
      if (this.#pending === undefined) await broker.nap(left);
      else await this.#waitForListener(this.#pending, left);
    }
  }

  async #waitForListener(listener: Promise<void>, ms: number): Promise<void> {
    const settled = new AbortController();
    await Promise.race([listener, this.#session.broker.clock.sleep(ms, settled.signal)]);
    settled.abort();
  }

  /** Takes the next step of the group protocol, if there is one. Steps follow each other, each waiting for the listener. */
  #serve(): void {
    if (this.#pending !== undefined) return;
    if (!this.group.has(this.#memberId)) this.#rejoin();
    if (this.group.version === this.#seenVersion || this.#busy()) return;
    const { revoke, assign } = this.group.reconcile(this.#memberId);
    if (revoke.length > 0) return this.#revoke(revoke);
    this.#epoch = this.group.catchUp(this.#memberId);
    if (assign.length > 0) return this.#assign(assign);
    this.#seenVersion = this.group.version;
  }

  #busy(): boolean {
    return this.#pending !== undefined;
  }

  #revoke(partitions: ReadonlyArray<TopicPartition>): void {
    const { listener } = this.#options;
    this.#listen(async () => {
      try {
        await listener.revoked(partitions);
      } finally {
        this.#fetcher.remove(partitions);
        this.group.release(this.#memberId, partitions);
        this.#session.broker.changed();
      }
    });
  }

  #assign(partitions: ReadonlyArray<TopicPartition>): void {
    this.group.acquire(this.#memberId, partitions);
    this.#fetcher.add(partitions);
    this.#listen(() => this.#options.listener.assigned(partitions));
  }

  /** The group has given up on this member: what it had belongs to others by now, and it comes back as a new one. */
  #rejoin(): void {
    const owned = this.#fetcher.partitions;
    this.#fetcher.clear();
    this.#memberId = this.#join();
    if (owned.length > 0) this.#listen(() => this.#options.listener.lost(owned));
  }

  #join(): string {
    const { broker, clientId } = this.#session;
    for (const topic of this.#options.topics) broker.touchTopic(topic);
    this.#seenVersion = -1;
    const memberId = this.group.join(clientId, this.#options.topics);
    broker.changed();
    return memberId;
  }

  #listen(call: () => Promise<void>): void {
    this.#pending = call()
      .catch((cause: unknown) => {
        this.#failure = { cause };
      })
      .finally(() => {
        this.#pending = undefined;
      });
  }

  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.cause;
  }

  /** The committed offset; not known while a transaction may still change it. */
  #start(partition: TopicPartition): number | undefined {
    if (this.group.isPending(partition)) return undefined;
    const [committed] = this.group.committed([partition]);
    if (committed !== undefined) return committed.offset;
    const log = this.#session.broker.log(partition);
    return this.#options.from === 'earliest' ? log.low : log.high('committed');
  }
}
