import { ByteReader, ByteWriter } from '../../pipeline/core/bytes.ts';
import type { Coordinates } from '../../pipeline/core/chunk.ts';
import type { StateSpec } from '../../pipeline/core/operator.ts';
import type { LogRecord } from '../../pipeline/core/ports/cluster.ts';
import { readOriginal, writeOriginal } from '../join/original.ts';

/** An amendment or a retraction that waits for what it is of. */
export interface Pending {
  /** Its value as the codec writes it. */
  readonly body: Buffer;
  readonly key: string;
  readonly time: number;
  readonly provenance: Coordinates;
  /** As it was read: what is refused later is refused with these bytes. */
  readonly origin: LogRecord | undefined;
}

/** Where the last amendment that counts stands among amendments. */
export interface Place {
  readonly order: number;
  readonly offset: number;
}

/** What `revise` remembers under one key. */
export interface ReviseEntry {
  /** How many changes were told. */
  readonly revision: number;
  /** What stands, as the codec writes it. */
  readonly standing: Buffer | undefined;
  /** Whether what stands can be amended. */
  readonly isAmendable: boolean;
  /** Of the amendment that stands; an original comes before all amendments. */
  readonly last: Place | undefined;
  /** Whether it was taken back for good. */
  readonly retracted: boolean;
  /** The amendments that wait for something that can be amended, as they came. */
  readonly waiting: ReadonlyArray<Pending>;
  /** A retraction that waits for what it takes back. */
  readonly retraction: Pending | undefined;
  /** When all this is forgotten, ms of stream time. */
  readonly until: number;
}

/** Nothing is known yet. */
export const unknown: ReviseEntry = Object.freeze({
  revision: 0,
  standing: undefined,
  isAmendable: false,
  last: undefined,
  retracted: false,
  waiting: [],
  retraction: undefined,
  until: -Infinity,
});

const writePending = (to: ByteWriter, { body, key, time, provenance, origin }: Pending): void => {
  to.bytes(body).string(key).double(time);
  to.string(provenance.topic).integer(provenance.partition).integer(provenance.offset);
  writeOriginal(to, origin);
};

const readPending = (from: ByteReader): Pending => {
  const head = { body: from.bytes(), key: from.string(), time: from.double() };
  const provenance = { topic: from.string(), partition: from.integer(), offset: from.integer() };
  return { ...head, provenance, origin: readOriginal(from) };
};

/** Writes what may be missing, with a mark before it. */
const writeMaybe = <V>(to: ByteWriter, value: V | undefined, write: (value: V) => void): void => {
  to.boolean(value !== undefined);
  if (value !== undefined) write(value);
};

const readMaybe = <V>(from: ByteReader, read: () => V): V | undefined => (from.boolean() ? read() : undefined);

const encodeWith =
  (to: ByteWriter) =>
  ({ revision, standing, isAmendable, last, retracted, waiting, retraction, until }: ReviseEntry): Buffer => {
    to.integer(revision).boolean(retracted).boolean(isAmendable).double(until);
    writeMaybe(to, standing, (body) => to.bytes(body));
    writeMaybe(to, last, ({ order, offset }) => to.double(order).integer(offset));
    to.integer(waiting.length);
    for (const pending of waiting) writePending(to, pending);
    writeMaybe(to, retraction, (pending) => writePending(to, pending));
    return to.take();
  };

const decode = (bytes: Buffer): ReviseEntry => {
  const from = new ByteReader(bytes);
  const head = { revision: from.integer(), retracted: from.boolean(), isAmendable: from.boolean(), until: from.double() };
  const standing = readMaybe(from, () => from.bytes());
  const last = readMaybe(from, () => ({ order: from.double(), offset: from.integer() }));
  const waiting = Array.from({ length: from.integer() }, () => readPending(from));
  return { ...head, standing, last, waiting, retraction: readMaybe(from, () => readPending(from)) };
};

/** How the entries of `revise` are written. `body` names the layout of the values in them. */
export const reviseEntrySpec = (body: string): StateSpec<ReviseEntry> => ({
  schema: JSON.stringify({ layout: 'revise-1', body }),
  shape: {},
  encode: encodeWith(new ByteWriter()),
  decode,
});
