import type { StreamRecord } from '../../pipeline/core/chunk.ts';
import type { Pending, Place, ReviseEntry } from './entry.ts';
import type { Change, Codec, Says } from './options.ts';

/** What `revise` was declared with, compiled; times in ms. */
export interface RevisePlan<T> {
  readonly idOf: (value: T) => string;
  readonly says: (value: T) => Says;
  readonly order: (value: T) => number;
  readonly isAmendable: (original: T) => boolean;
  readonly amend: (original: T, amendment: T) => T;
  readonly breach: (value: T) => { readonly code: string; readonly detail: string } | undefined;
  readonly codec: Codec<T>;
  readonly within: number;
  readonly remember: number;
  readonly mostWaiting: number;
}

/** What the functions of the user's say of a value. */
export interface Reading {
  readonly says: Says;
  readonly id: string;
  readonly order: number;
  /** Of an original only. */
  readonly isAmendable: boolean;
  readonly body: Buffer;
}

/** Reads a value; throws what the functions throw. */
export const readingWith =
  <T>({ says, idOf, order, isAmendable, codec }: RevisePlan<T>) =>
  (value: T): Reading => {
    const said = says(value);
    const amendable = said === 'STANDS' && isAmendable(value);
    return { says: said, id: idOf(value), order: order(value), isAmendable: amendable, body: codec.encode(value) };
  };

/** A record with what was read of it and what is remembered under its key. */
export interface Taken<T> {
  readonly record: StreamRecord<T>;
  readonly reading: Reading;
  readonly entry: ReviseEntry;
}

/** What is to stand, and which record makes it so. */
export interface Standing<T> {
  readonly value: T;
  readonly body: Buffer;
  readonly last: Place | undefined;
  readonly by: StreamRecord<unknown>;
}

/** A change that is to be told. */
export interface Told<T> {
  readonly id: string;
  /** What is remembered from then on, but for the revision. */
  readonly entry: ReviseEntry;
  /** The record that brought it about. */
  readonly by: StreamRecord<unknown>;
  readonly change: Omit<Change<T>, 'revision'>;
  /** How long it is remembered, ms. */
  readonly keep: number;
}

/** Whether an amendment comes after another; `undefined` stands for the original. */
export const isLater = (a: Place, b: Place | undefined): boolean =>
  b === undefined || a.order > b.order || (a.order === b.order && a.offset > b.offset);

/** What is kept of a record that waits. */
export const pendingOf = ({ record: { key, time, provenance, origin }, reading: { body } }: Taken<unknown>): Pending => ({
  body,
  key,
  time,
  provenance,
  origin,
});

/** Where a record's value stands among amendments. */
export const placeOf = ({ record, reading }: Taken<unknown>): Place => ({ order: reading.order, offset: record.provenance.offset });
