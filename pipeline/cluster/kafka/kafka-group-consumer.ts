import { messageOf, MillraceError } from '../../core/errors.ts';
import type { CommittedOffset, GroupConsumer, GroupOptions, Isolation, LogRecord, TopicPartition } from '../../core/ports/cluster.ts';
import { partitionKey } from '../partition-key.ts';
import { Admission } from './admission.ts';
import { done, type ClientError, type NativeConsumer, type PartitionOffset } from './client.ts';
import { committedOffsets } from './committed-offsets.ts';
import { Membership } from './membership.ts';
import { passes } from './message-queue.ts';
import { OffsetCommits } from './offset-commits.ts';
import { type OpenMember, openMember } from './open-member.ts';
import { StallWatch } from './stall-watch.ts';
import type { Surroundings } from './surroundings.ts';
import { isFatal, toMillraceError } from './to-millrace-error.ts';

/** How long committed offsets are waited for: longer than an open transaction can keep them pending. */
const committedMs = 30_000;
/** How long after an error the client's log line about it may come. */
const logDelayMs = 100;
const notSupported = 'not supported';

/** A member of a group through librdkafka. */
export class KafkaGroupConsumer implements GroupConsumer {
  readonly #around: Surroundings;
  readonly #options: GroupOptions;
  readonly #membership: Membership;
  readonly #watch: StallWatch;
  readonly #admission: Admission;
  readonly #commits = new OffsetCommits();
  /** Calls that hold the native consumer, which must outlive them. */
  readonly #users = new Set<Promise<unknown>>();
  #open: OpenMember;
  #polling = false;
  #closing = false;
  #closed = false;

  /** Connects and asks to join. Listener calls come only from within `poll` and `close`. */
  static async open(around: Surroundings, options: GroupOptions): Promise<KafkaGroupConsumer> {
    // The client's static membership is unfinished under KIP-848.
    const protocol = options.instanceId === undefined ? around.protocol.current : 'classic';
    const open = await openMember(around.connection, options, protocol);
    return around.made.add(new KafkaGroupConsumer(around, options, open));
  }

  private constructor(around: Surroundings, options: GroupOptions, open: OpenMember) {
    this.#around = around;
    this.#options = options;
    this.#open = open;
    this.#watch = new StallWatch(around.control, around.connection.clock);
    this.#admission = new Admission(around, {
      open: () => this.#open,
      committed: (partitions) => this.committed(partitions),
      owns: (partition) => this.#membership.owns(partition),
      isClosing: () => this.#closing,
      from: options.from,
    });
    this.#membership = new Membership({
      consumer: () => this.#open.consumer,
      listener: options.listener,
      admit: (partitions) => this.#admission.admit(partitions),
      forget: (partitions) => this.#admission.forget(partitions),
    });
    this.#listen();
  }

  async poll(max: number, waitMs: number): Promise<ReadonlyArray<LogRecord>> {
    if (this.#closing) throw new MillraceError('engine_defect', `The member of group '${this.#options.groupId}' is closed.`);
    this.#polling = true;
    try {
      return await this.#poll(max, waitMs);
    } finally {
      this.#polling = false;
    }
  }

  pause(partitions: ReadonlyArray<TopicPartition>): void {
    const ours = this.#admission.among(partitions);
    if (ours.length > 0) this.#open.consumer.pause(ours);
    this.#open.queue.pause(ours);
  }

  resume(partitions: ReadonlyArray<TopicPartition>): void {
    const ours = this.#admission.among(partitions);
    this.#open.queue.resume(ours);
    if (ours.length > 0) this.#open.consumer.resume(ours);
  }

  async seek(offsets: ReadonlyArray<PartitionOffset>): Promise<void> {
    try {
      await this.#admission.seek(offsets);
    } catch (cause) {
      throw toMillraceError(cause, `Seeking in group '${this.#options.groupId}'`);
    }
  }

  async committed(partitions: ReadonlyArray<TopicPartition>): Promise<ReadonlyArray<CommittedOffset>> {
    const what = `Committed offsets of group '${this.#options.groupId}'`;
    if (this.#closed) throw new MillraceError('engine_defect', `${what}: the member is closed.`);
    try {
      return await this.#use((native) => committedOffsets(native, partitions, committedMs));
    } catch (cause) {
      throw toMillraceError(cause, what);
    }
  }

  async commit(offsets: ReadonlyArray<CommittedOffset>): Promise<void> {
    try {
      await this.lend(offsets, (native) => this.#commits.commit(native, offsets, this.#open.queue));
    } catch (cause) {
      throw toMillraceError(cause, `Committing offsets of group '${this.#options.groupId}'`);
    }
  }

  /**
   * Lends the native consumer for a commit of these offsets, and keeps it open meanwhile. Throws `transaction_aborted` if one of the
   * partitions is not ours (any more): a broker would not notice.
   */
  async lend<T>(offsets: ReadonlyArray<CommittedOffset>, use: (native: NativeConsumer) => Promise<T>): Promise<T> {
    const foreign = offsets.find((offset) => !this.#membership.owns(offset));
    if (!this.#closed && foreign === undefined && !this.#open.consumer.assignmentLost()) return this.#use(use);
    const reason = foreign === undefined ? 'the member has lost its place' : `'${foreign.topic}' [${foreign.partition}] is not ours`;
    throw new MillraceError('transaction_aborted', `Offsets of group '${this.#options.groupId}' are refused: ${reason}.`);
  }

  position(partition: TopicPartition): number | undefined {
    return this.#open.queue.position(partition);
  }

  async starts(partitions: ReadonlyArray<TopicPartition>): Promise<ReadonlyArray<number>> {
    const lows = new Map((await this.#around.control.lows(partitions)).map((low) => [partitionKey(low), low.offset]));
    return partitions.map((partition) => lows.get(partitionKey(partition)) ?? 0);
  }

  ends(partitions: ReadonlyArray<TopicPartition>, isolation: Isolation): Promise<ReadonlyArray<number | undefined>> {
    return this.#around.control.ends(partitions, isolation);
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#around.made.remove(this);
    try {
      await this.#membership.leave();
    } finally {
      this.#closed = true;
      await Promise.allSettled(this.#users);
      await this.#open.queue.idle();
      await done((callback) => this.#open.consumer.disconnect(callback));
    }
  }

  #listen(): void {
    const { callbacks } = this.#open;
    callbacks.committed = (error) => this.#commits.take(error);
    callbacks.rebalanced = (event, partitions) => {
      this.#membership.take(event, partitions);
      if (this.#polling) this.#membership.serve();
    };
  }

  async #poll(max: number, waitMs: number): Promise<ReadonlyArray<LogRecord>> {
    const { clock } = this.#around.connection;
    const end = clock.monotonic() + waitMs;
    for (;;) {
      this.#membership.serve();
      const left = end - clock.monotonic();
      if (this.#membership.pending !== undefined) await this.#waitFor(this.#membership.pending, left);
      else if (!this.#open.queue.isReady) await this.#fetch(max, left);
      this.#membership.throwFailure();
      const records = this.#membership.pending === undefined ? this.#open.queue.take(max) : [];
      if (records.length > 0 || clock.monotonic() >= end) return records;
    }
  }

  async #waitFor(listener: Promise<void>, ms: number): Promise<void> {
    const settled = new AbortController();
    // Also a wait of nothing lets the event loop turn: who polls in a circle would else keep the listener from ever being done.
    await Promise.race([listener, this.#around.connection.clock.sleep(Math.max(ms, 1), settled.signal)]);
    settled.abort();
  }

  async #fetch(max: number, waitMs: number): Promise<void> {
    try {
      await this.#open.queue.fetch(max, waitMs);
      this.#watch.look(this.#open.queue.progress);
    } catch (cause) {
      const { code } = cause as ClientError;
      if (isFatal(cause)) await this.#fallBack(cause);
      else if (cause instanceof MillraceError || !passes(cause as ClientError)) throw this.#failed(cause);
      else
        this.#around.connection.log.warn(
          { group: this.#options.groupId, code, reason: messageOf(cause) },
          'Polling goes on after an error',
        );
    }
  }

  /** Joins by the classic protocol, from here on in all of this cluster, if the brokers do not know the new one. Throws else. */
  async #fallBack(cause: unknown): Promise<void> {
    const { connection, protocol } = this.#around;
    await connection.clock.sleep(logDelayMs);
    const { consumer: refused, fatal, protocol: asked } = this.#open;
    if (asked === 'classic' || connection.groupProtocol === 'consumer' || fatal.reason?.includes(notSupported) !== true) {
      const code = fatal.reason?.includes('fenced') === true ? 'fenced' : 'cluster_unavailable';
      throw new MillraceError(code, `Polling group '${this.#options.groupId}': ${fatal.reason ?? messageOf(cause)}`, cause);
    }
    protocol.current = 'classic';
    connection.log.info({ group: this.#options.groupId }, 'The brokers do not have the new group protocol; the classic one is used');
    this.#open = await openMember(connection, this.#options, 'classic');
    this.#listen();
    await done((callback) => refused.disconnect(callback));
  }

  #failed(cause: unknown): MillraceError {
    return toMillraceError(cause, `Polling group '${this.#options.groupId}'`);
  }

  async #use<T>(use: (native: NativeConsumer) => Promise<T>): Promise<T> {
    const using = use(this.#open.consumer);
    this.#users.add(using);
    try {
      return await using;
    } finally {
      this.#users.delete(using);
    }
  }
}
