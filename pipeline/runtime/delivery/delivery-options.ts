import type { Clock } from '../../core/ports/clock.ts';
import type { Cluster } from '../../core/ports/cluster.ts';
import type { DeliveryTarget } from '../../core/ports/delivery.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Meter } from '../../core/ports/meter.ts';
import type { WireDecoder } from '../../core/ports/wire.ts';

/** When a batch of a partition is complete: at whichever limit is reached first. */
export interface BatchLimits {
  readonly records: number;
  /** Of the records as they stand in the log. */
  readonly bytes: number;
  /** How long the first record of a batch waits for others, in ms. */
  readonly waitMs: number;
}

/** How a delivery goes on when a step fails that can be tried again. It never gives up, and never skips. */
export interface RetryLimits {
  /** The back-off is a random share (full jitter) of this, in ms, doubled with each failure. */
  readonly firstMs: number;
  /** The longest back-off, in ms. */
  readonly mostMs: number;
  /** After this many ms an attempt is called off: well inside the rebalance time-out, since a revoked partition waits for it. */
  readonly attemptMs: number;
}

/** What a delivery carries, from where, and in which portions. */
export interface DeliveryOptions {
  readonly topology: string;
  readonly node: string;
  /** The topic that is delivered. It must not be compacted. */
  readonly topic: string;
  /** The consumer group; one per delivery, so that its offsets are its own. */
  readonly groupId: string;
  /** Names the schema of the rows in tokens, e.g. a fingerprint; without a slash. */
  readonly schema: string;
  /** Where rows go that the target refuses; without it a refusal stops the delivery. */
  readonly deadLetter?: string;
  readonly batch?: Partial<BatchLimits>;
  readonly retry?: Partial<RetryLimits>;
}

/** What a delivery works with. */
export interface DeliveryPorts<T> {
  readonly cluster: Cluster;
  readonly decoder: WireDecoder<T>;
  readonly target: DeliveryTarget<T>;
  readonly clock: Clock;
  /** A number from 0 up to 1, for the jitter: seeded in tests. */
  readonly random: () => number;
  readonly meter: Meter;
  readonly log: Log;
}

export const defaultBatch: BatchLimits = { records: 10_000, bytes: 8 * 1024 * 1024, waitMs: 1000 };

export const defaultRetry: RetryLimits = { firstMs: 200, mostMs: 30_000, attemptMs: 30_000 };
