import { ByteReader, ByteWriter } from '../../pipeline/core/bytes.ts';
import type { Coordinates } from '../../pipeline/core/chunk.ts';
import type { StateSpec } from '../../pipeline/core/operator.ts';
import type { LogRecord } from '../../pipeline/core/ports/cluster.ts';
import { readOriginal, writeOriginal } from './original.ts';

/** What is kept of a right record. */
export interface Kept {
  /** What is carried of it, as its type writes it: most are never asked for, and bytes take the least room. */
  readonly body: Buffer;
  /** Its event time, ms. */
  readonly time: number;
  /** When it is forgotten, ms of stream time. */
  readonly until: number;
}

/** A left record that has not met its right one. */
export interface Waiting {
  /** Its value as its type writes it. */
  readonly body: Buffer;
  readonly key: string;
  readonly time: number;
  readonly provenance: Coordinates;
  /** As it was read: what is refused later is refused with these bytes. */
  readonly origin: LogRecord | undefined;
  /** When it is given up or, once it was, forgotten; ms of stream time. */
  readonly until: number;
  readonly orphaned: boolean;
}

/** What a join remembers under one key; the left records in the order in which they came. */
export interface JoinEntry {
  readonly right: Kept | undefined;
  readonly lefts: ReadonlyArray<Waiting>;
}

/** When the next thing happens to an entry: the earliest end of what is in it. */
export const endOf = ({ right, lefts }: JoinEntry): number => {
  let end = right?.until ?? Infinity;
  for (const { until } of lefts) if (until < end) end = until;
  return end;
};

const writeLeft = (to: ByteWriter, { body, key, time, provenance, origin, until, orphaned }: Waiting): void => {
  to.boolean(orphaned).double(time).double(until).string(key);
  to.string(provenance.topic).integer(provenance.partition).integer(provenance.offset).bytes(body);
  writeOriginal(to, origin);
};

const readLeft = (from: ByteReader): Waiting => {
  const orphaned = from.boolean();
  const time = from.double();
  const until = from.double();
  const key = from.string();
  const provenance = { topic: from.string(), partition: from.integer(), offset: from.integer() };
  return { body: from.bytes(), key, time, provenance, origin: readOriginal(from), until, orphaned };
};

const readRight = (from: ByteReader): Kept | undefined => {
  if (!from.boolean()) return undefined;
  const time = from.double();
  const until = from.double();
  return { body: from.bytes(), time, until };
};

/** How a join's entries are written. `bodies` names the schemas of what is in them: a change of these is a change of state. */
export const entrySpec = (bodies: ReadonlyArray<string>, shape: StateSpec<unknown>['shape']): StateSpec<JoinEntry> => {
  const writer = new ByteWriter();
  return {
    schema: JSON.stringify({ layout: 'join-2', bodies }),
    shape,
    encode: ({ right, lefts }) => {
      writer.boolean(right !== undefined);
      if (right !== undefined) writer.double(right.time).double(right.until).bytes(right.body);
      writer.integer(lefts.length);
      for (const left of lefts) writeLeft(writer, left);
      return writer.take();
    },
    decode: (bytes) => {
      const from = new ByteReader(bytes);
      const right = readRight(from);
      return { right, lefts: Array.from({ length: from.integer() }, () => readLeft(from)) };
    },
  };
};
