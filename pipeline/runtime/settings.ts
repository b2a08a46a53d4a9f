import type { Accepted } from '../core/plan.ts';
import type { DeadLetterLimit } from './dead-letter-limit.ts';
import { defaultDeadLetterLimit } from './dead-letter-limit.ts';

/** How a runner works; every duration in ms. */
export interface RunnerSettings {
  /** The consumer group, and the first part of the transactional id. The topology's name if left out. */
  readonly group?: string;
  /** The ordinal of this process among its replicas, or any text that no other process uses. */
  readonly slot: string;
  /**
   * Whether the group keeps this process's partitions for it while it restarts (static membership under its slot), so that they come back to
   * their state on disk. Others take them over when its session has ended, not before, also if it has left in order.
   */
  readonly isStatic?: boolean;
  readonly commitEvery: number;
  /** Records in a chunk at most. */
  readonly chunkSize: number;
  /** Records asked of the client at once. */
  readonly pollRecords: number;
  /** Bytes that a task may have waiting before its partitions are paused. */
  readonly bufferBytes: number;
  /** How long a whole task must be quiet until its open windows show what they have. */
  readonly provisionalAfter: number;
  /** How long a partition must be quiet until it stops holding stream time back; undefined: never (replay, `drive`). */
  readonly excludeAfter: number | undefined;
  /** How old the answer to "is this partition at its end" may be. */
  readonly endFreshness: number;
  readonly deadLetterLimit: DeadLetterLimit;
  /** What was ordered about nodes whose change is not safe, by node. Without an order a start refuses such a change. */
  readonly accepted?: Accepted;
}

/** The settings that hold unless told otherwise. */
export const defaultSettings: Omit<RunnerSettings, 'slot'> = {
  commitEvery: 100,
  chunkSize: 1_000,
  // So few that what was polled is mostly garbage before the collector comes to copy it: 5,000 cost a fifth more CPU.
  pollRecords: 1_000,
  bufferBytes: 16 * 1024 * 1024,
  provisionalAfter: 5_000,
  excludeAfter: 300_000,
  endFreshness: 250,
  deadLetterLimit: defaultDeadLetterLimit,
};
