import type { Path, Versioned } from '../../pipeline/core/key.ts';
import type { Rules } from '../validate.ts';

/**
 * What a record does to what stands under its key: `STANDS` says what it is, `GONE` that it is no more for now, `AMENDS` that it is to be
 * something else, `RETRACTS` that it was never meant.
 */
export type Says = 'STANDS' | 'GONE' | 'AMENDS' | 'RETRACTS';

/** How what stands under a key has changed. `before` is to be taken out wherever it was counted, and `after` put in. */
export interface Change<T> {
  /** From 1 on, without gaps, for as long as the key is remembered. */
  readonly revision: number;
  /** What brought it about. */
  readonly cause: Says;
  readonly before: T | null;
  readonly after: T | null;
  /** What the change is of: `after`, else `before`, else what was retracted before it could stand. */
  readonly of: T;
  /** Whether nothing will stand here any more. */
  readonly retracted: boolean;
}

/** How values are written while they are remembered. `schema` names the layout: a change of it is a change of state. */
export interface Codec<T> {
  readonly schema: string;
  encode(value: T): Buffer;
  decode(bytes: Buffer): T;
}

/** What `revise` goes by. The functions must be pure. */
export interface ReviseOptions<T, K extends string> {
  /** The fields that name what is revised. The stream's partition key must be among them. */
  readonly key: ReadonlyArray<K & Path<T>>;
  readonly says: Versioned<(value: T) => Says>;
  /** Which of two amendments is the later one: the higher number, equal ones by their place in the log. */
  readonly order: Versioned<(value: T) => number>;
  /** Whether what stands can be amended yet. Amendments of what cannot wait until something else stands. */
  readonly isAmendable: Versioned<(standing: T) => boolean>;
  /** Makes what stands from an original and an amendment of it. */
  readonly amend: (original: T, amendment: T) => T;
  /** What an amended value must keep; else the amendment is rejected under the rule's code, and what stood stays. */
  readonly rules: Rules<T>;
  /** How values are written while they are remembered. */
  readonly codec: Codec<T>;
  /** How long a key is remembered after the last that was said of it, and an amendment waits for its original; ms of stream time. */
  readonly within: number;
  /** How long it is remembered that something was retracted, and what cannot be amended yet; ms of stream time, at least `within`. */
  readonly remember: number;
  /** How many amendments may wait under one key; 16 if left out. More are rejected as `too_many_waiting`. */
  readonly mostWaiting?: number;
}
