import { MillraceError } from '../core/errors.ts';
import type { DeliveryBatch, DeliveryTarget } from '../core/ports/delivery.ts';

/** A row as a memory target received it, with where it comes from. */
export interface ReceivedRow<T> {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly value: T;
}

/** One handover as the target saw it, whether it then succeeded or not. */
export interface Handover {
  readonly token: string;
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  readonly pending: boolean;
}

/**
 * What a memory target does besides receiving. What `before` throws or waits for, comes before the rows are taken; `after` comes when they
 * are, so that what it throws looks like an answer that was lost.
 */
export interface MemoryTargetFaults {
  prepare?(): Promise<void> | void;
  before?(handover: Handover, signal: AbortSignal): Promise<void> | void;
  after?(handover: Handover): Promise<void> | void;
}

/** A receiver outside Kafka that lives in memory, shared by the targets of several processes. Remembers tokens until told to forget. */
export class MemoryReceiver<T> {
  readonly handovers: Handover[] = [];
  readonly #rows = new Map<string, ReceivedRow<T>[]>();
  readonly #tokens = new Set<string>();

  /** All rows, in the order of arrival within each partition; a row that came twice is there twice. */
  get rows(): ReadonlyArray<ReceivedRow<T>> {
    return [...this.#rows.values()].flat();
  }

  /** Forgets the tokens, as a receiver does whose window has passed; keeps the rows. */
  forgetTokens(): void {
    this.#tokens.clear();
  }

  /** Takes a batch, unless its token is known. A pending one is taken without the rows that are there. */
  take({ token, topic, partition, rows }: DeliveryBatch<T>, pending: boolean): void {
    if (this.#tokens.has(token)) return;
    this.#tokens.add(token);
    const key = `${topic}/${partition}`;
    const known = this.#rows.get(key) ?? [];
    const there = new Set(pending ? known.map(({ offset }) => offset) : []);
    const fresh = rows.filter(({ offset }) => !there.has(offset)).map(({ offset, value }) => ({ topic, partition, offset, value }));
    this.#rows.set(key, [...known, ...fresh]);
  }

  /** A target for one process. */
  target(faults: MemoryTargetFaults = {}): DeliveryTarget<T> {
    return {
      prepare: async () => faults.prepare?.(),
      deliver: async (batch, pending, signal) => {
        const { token, topic, partition, from, to } = batch;
        const handover = { token, topic, partition, from, to, pending };
        this.handovers.push(handover);
        await faults.before?.(handover, signal);
        if (signal.aborted) throw new MillraceError('table_unavailable', 'the handover was called off', signal.reason);
        this.take(batch, pending);
        await faults.after?.(handover);
        return undefined;
      },
      close: () => Promise.resolve(),
    };
  }
}
