import { MillraceError, messageOf } from '../../core/errors.ts';
import type { GroupConsumer, LogRecord, TopicPartition } from '../../core/ports/cluster.ts';
import type { DeliveryBatch, RefusedRow } from '../../core/ports/delivery.ts';
import type { DeadLetters } from './dead-letters.ts';
import { decodeRows, learnSchemas } from './decode-rows.ts';
import type { BatchLimits, DeliveryOptions, DeliveryPorts, RetryLimits } from './delivery-options.ts';
import type { DeliveryProgress, DeliveryStep } from './delivery-progress.ts';
import { deliveryToken, type PendingRange } from './delivery-token.ts';
import { LaneBuffer } from './lane-buffer.ts';
import { retrying } from './retrying.ts';

/** What all lanes of a delivery share. */
export interface LaneContext<T> {
  readonly options: DeliveryOptions;
  readonly limits: { readonly batch: BatchLimits; readonly retry: RetryLimits };
  readonly ports: DeliveryPorts<T>;
  readonly consumer: GroupConsumer;
  readonly deadLetters: DeadLetters;
  readonly progress: DeliveryProgress;
  /** Told once, when a lane cannot go on: no repetition heals what it met. */
  readonly failed: (error: MillraceError) => void;
}

/** Where a lane begins: at the committed offset, or at its first record if there is none; with what the offset's metadata announced. */
export interface LaneStart extends TopicPartition {
  readonly next: number | undefined;
  readonly pending: PendingRange | undefined;
}

interface Range extends PendingRange {
  readonly records: ReadonlyArray<LogRecord>;
  readonly isPending: boolean;
}

/** A receiver may have forgotten a token by then, ms: repetitions count from there on as those of another holder. */
const surelyRemembered = 60_000;

/**
 * One partition of a delivery: hands its records over, batch by batch in order, while others are read.
 *
 * A handover has three steps: commit the range's start with its token as metadata, deliver, commit the range's end. Whoever holds the
 * partition after a crash finds the token beside the committed offset, reads the same range and delivers it under the same token.
 */
export class PartitionLane<T> {
  readonly #context: LaneContext<T>;
  readonly #at: TopicPartition;
  readonly #buffer: LaneBuffer;
  readonly #enough = new AbortController();
  readonly #cut = new AbortController();
  #next: number | undefined;
  #pending: PendingRange | undefined;
  #position: number | undefined;
  #running: Promise<void> | undefined;
  #inHand: LogRecord | undefined;
  #isQuiet = false;
  #isPaused = false;
  #isFlushing = false;
  #isOver = false;

  constructor(context: LaneContext<T>, { topic, partition, next, pending }: LaneStart) {
    this.#context = context;
    this.#at = { topic, partition };
    this.#buffer = new LaneBuffer(context.limits.batch);
    this.#next = next;
    this.#pending = pending;
  }

  /** Takes what one poll has read of the partition, and the consumer's position right after it. */
  arrived(records: ReadonlyArray<LogRecord>, position: number | undefined): void {
    this.#position = position;
    this.#isQuiet = records.length === 0;
    this.#next ??= records[0]?.offset;
    this.#buffer.add(records, this.#context.ports.clock.monotonic());
    this.#adjustFlow();
  }

  /** Begins a handover if one is due and none is under way. */
  kick(): void {
    if (this.#running !== undefined || this.#isOver) return;
    const work = this.#dueWork();
    if (work === undefined) return;
    this.#running = work
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#running = undefined;
        this.#inHand = undefined;
        this.#adjustFlow();
        this.kick();
      });
  }

  /** When, in monotonic ms, `kick` will have something to do though nothing more arrives. */
  get dueAt(): number | undefined {
    return this.#running === undefined && this.#pending === undefined ? this.#buffer.dueAt : undefined;
  }

  /** Kafka's timestamp of the oldest record that is not in the target yet. */
  get oldest(): number | undefined {
    return (this.#inHand ?? this.#buffer.first)?.timestamp;
  }

  /** The partition is about to leave: waits for the attempt that is under way, and no further one. What is not done, the next holder does. */
  async release(): Promise<void> {
    this.#isOver = true;
    this.#enough.abort();
    await this.#running;
  }

  /** As `release`, but what has been read is handed over first, for as long as that succeeds. */
  async flush(): Promise<void> {
    this.#isFlushing = true;
    this.#enough.abort();
    this.kick();
    while (this.#running !== undefined) await this.#running;
    this.#isOver = true;
  }

  /** The partition has gone to another: calls off what is under way; nothing more is committed. */
  async abandon(): Promise<void> {
    this.#isOver = true;
    this.#enough.abort();
    this.#cut.abort(new MillraceError('transaction_aborted', 'the partition has gone to another member'));
    await this.#running;
  }

  #dueWork(): Promise<void> | undefined {
    const range = this.#pending === undefined ? this.#freshRange() : this.#pendingRange(this.#pending);
    if (range !== undefined) return this.#handOver(range);
    return this.#buffer.length === 0 && this.#pending === undefined ? this.#passMarkers() : undefined;
  }

  #freshRange(): Range | undefined {
    const now = this.#context.ports.clock.monotonic();
    const isDue = this.#buffer.isFull() || this.#isFlushing || (this.#buffer.dueAt ?? Infinity) <= now;
    const records = isDue ? this.#buffer.takeBatch() : [];
    const last = records.at(-1);
    if (last === undefined || this.#next === undefined) return undefined;
    const { topology, node, schema } = this.#context.options;
    const bounds = { from: this.#next, to: last.offset + 1 };
    return { ...bounds, token: deliveryToken({ ...this.#at, ...bounds, topology, node, schema }), records, isPending: false };
  }

  /** The whole of it must have been read, which its last record shows, or that the consumer has come past it. */
  #pendingRange(pending: PendingRange): Range | undefined {
    const reached = Math.max((this.#buffer.last?.offset ?? -1) + 1, this.#buffer.length === 0 ? (this.#position ?? 0) : 0);
    if (reached < pending.to) return undefined;
    return { ...pending, records: this.#buffer.takeBelow(pending.to), isPending: true };
  }

  async #handOver({ records, isPending, ...range }: Range): Promise<void> {
    const { ports, progress } = this.#context;
    const started = ports.clock.monotonic();
    this.#inHand = records[0];
    try {
      await learnSchemas(records, ports.decoder, (id) => this.#retrying('learn', () => ports.decoder.learn(id)));
      const batch: DeliveryBatch<T> = { ...this.#at, ...range, rows: decodeRows(records, ports.decoder) };
      await this.#commit('announce', range.from, range.token);
      await this.#deliver(batch, isPending, records);
      await this.#commit('commit', range.to, '');
      progress.delivered(batch, started, records[0]?.timestamp ?? ports.clock.now());
    } catch (error) {
      throw inRange(error, `${this.#at.topic} [${this.#at.partition}], offsets ${range.from} to ${range.to - 1}`);
    }
    this.#pending = undefined;
    this.#next = range.to;
  }

  async #deliver(batch: DeliveryBatch<T>, isPending: boolean, records: ReadonlyArray<LogRecord>): Promise<void> {
    const { ports, progress, deadLetters } = this.#context;
    const { clock, target } = ports;
    const started = clock.monotonic();
    let refused: ReadonlyArray<RefusedRow> | undefined;
    await this.#retrying('deliver', async (signal) => {
      const isOld = clock.monotonic() - started > surelyRemembered;
      refused = await target.deliver(batch, isPending || isOld, signal);
    });
    if (refused === undefined || refused.length === 0) return;
    const rows = refused;
    await this.#retrying('dead letter', () => deadLetters.write(records, rows));
    progress.refused(rows);
  }

  /** Transaction markers behind the last record: the committed offset passes them when all is quiet, so that no lag seems to remain. */
  #passMarkers(): Promise<void> | undefined {
    const position = this.#isQuiet ? this.#position : undefined;
    if (position === undefined || this.#next === undefined || position <= this.#next) return undefined;
    this.#next = position;
    return this.#commit('commit', position, '');
  }

  #commit(step: DeliveryStep, offset: number, metadata: string): Promise<void> {
    return this.#retrying(step, (signal) => {
      // The broker checks that this member is in the group, not that the partition is still its own.
      signal.throwIfAborted();
      return this.#context.consumer.commit([{ ...this.#at, offset, metadata }]);
    });
  }

  async #retrying(step: DeliveryStep, attempt: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { ports, limits, progress } = this.#context;
    await retrying(attempt, {
      clock: ports.clock,
      random: ports.random,
      limits: limits.retry,
      enough: this.#enough.signal,
      cut: this.#cut.signal,
      onRetry: (retry) => progress.retried(step, this.#at, retry),
    });
    progress.freed(this.#at.partition);
  }

  #fail(thrown: unknown): void {
    this.#isOver = true;
    const error = thrown instanceof MillraceError ? thrown : new MillraceError('engine_defect', messageOf(thrown), thrown);
    if (!error.retryable) this.#context.failed(error);
    else this.#context.ports.log.info({ ...this.#at, error: error.message }, 'A handover is left to the next holder of its partition.');
  }

  /** Holds back what the consumer fetches while a handover lasts: at most two batches of a partition are kept in memory. */
  #adjustFlow(): void {
    const isFull = this.#pending === undefined && this.#buffer.isFull(2);
    if (this.#isOver || isFull === this.#isPaused || (this.#isPaused && this.#buffer.isFull())) return;
    this.#isPaused = isFull;
    if (isFull) this.#context.consumer.pause([this.#at]);
    else this.#context.consumer.resume([this.#at]);
  }
}

/** The same error with the place in it; what is no error of ours is a refusal of these rows, not something to try forever. */
const inRange = (thrown: unknown, place: string): MillraceError => {
  const code = thrown instanceof MillraceError && thrown.action !== 'reject' ? thrown.code : 'delivery_refused';
  return new MillraceError(code, `Delivery of ${place}: ${messageOf(thrown)}`, thrown);
};
