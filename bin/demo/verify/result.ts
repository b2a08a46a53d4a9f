import type { ReviewTask } from '../../../schemas/generated/review-task.ts';
import type { TrainingCorrection } from '../../../schemas/generated/training-correction.ts';
import type { TrainingImplicit } from '../../../schemas/generated/training-implicit.ts';
import type { TrainingPreference } from '../../../schemas/generated/training-preference.ts';
import type { TrainingRating } from '../../../schemas/generated/training-rating.ts';

/** Numbers under names. */
export type Counts = Readonly<Record<string, number>>;

/** A metric of a version over the whole run: `value` is sum / n, for `coverage` n / inference_count. */
export interface Quality {
  readonly n: number;
  readonly value: number;
}

/** One metric of one version in one minute: the last revision of its window plus its corrections. */
export interface WindowSum {
  readonly n: number;
  readonly sum: number;
  readonly sum_sq: number;
  /** Inferences of the version in the minute; on rows of other metrics than `coverage` 0. */
  readonly inference_count: number;
}

/** Records by event_id. */
export type Records<T> = Readonly<Record<string, T>>;

/** The records that are made of feedback, by topic. Either status of a match is written MATCHED: which one it is depends on the order of reading. */
export interface Examples {
  readonly 'training.corrections': Records<TrainingCorrection>;
  readonly 'training.preferences': Records<TrainingPreference>;
  readonly 'training.ratings': Records<TrainingRating>;
  readonly 'training.implicit': Records<TrainingImplicit>;
  readonly 'review.tasks': Records<ReviewTask>;
}

/**
 * All that a run comes to, in plain objects, so that what the product did and what it should have done can be compared name by name.
 *
 * Keys are parts joined with `/`: `quality` by model, version and metric; `windows` the same behind the window's start and end in µs; `rejected` by node
 * and code; `rollbacks` by model and the version left, with the version gone to.
 */
export interface Result {
  /** How feedback messages ended: `attributed`, `duplicate`, `orphaned`, `waiting`, `rejected`. Each is counted once. */
  readonly ended: Counts;
  /** How inference log messages ended: `accepted`, `rejected`. */
  readonly inferences: Counts;
  readonly rejected: Counts;
  readonly quality: Readonly<Record<string, Quality>>;
  readonly windows: Readonly<Record<string, WindowSum>>;
  readonly rollbacks: Readonly<Record<string, string>>;
  /** How many records each training topic and `review.tasks` has. */
  readonly training: Counts;
  readonly examples: Examples;
  /** Feedback ids of those that are orphans at the end, with their targets. */
  readonly orphans: Readonly<Record<string, string>>;
}
