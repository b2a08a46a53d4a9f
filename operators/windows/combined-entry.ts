import type { Aggregate } from '../../pipeline/core/aggregate.ts';
import { ByteReader, ByteWriter } from '../../pipeline/core/bytes.ts';
import type { Coordinates } from '../../pipeline/core/chunk.ts';
import type { StateSpec } from '../../pipeline/core/operator.ts';
import { readDims, readPlace, readRanges, writeDims, writePlace, writeRanges } from './binary.ts';
import type { OffsetRange } from './offset-range.ts';
import type { Dims } from './windowed.ts';

/** The latest that one upstream task has said of a window. */
export interface KeptPart<Acc> {
  readonly task: string;
  readonly revision: number;
  readonly provisional: boolean;
  readonly n: number;
  readonly offsets: ReadonlyArray<OffsetRange>;
  readonly acc: Acc;
}

/** A window whose parts are being gathered. Changed only between its copy from the store and its return. */
export interface CombinedEntry<Acc> {
  readonly start: number;
  readonly end: number;
  readonly closesAt: number;
  readonly dims: Dims;
  /** The last revision that was told; 0 before the first. */
  revision: number;
  /** Whether a part has changed since that revision. */
  changed: boolean;
  /** Where the last part came from. */
  last: Coordinates;
  /** By task. */
  parts: ReadonlyArray<KeptPart<Acc>>;
}

const revised = <Acc>(entry: CombinedEntry<Acc>, revision: number, changed: boolean): CombinedEntry<Acc> => {
  const { start, end, closesAt, dims, last, parts } = entry;
  return { start, end, closesAt, dims, revision, changed, last, parts };
};

/** A copy that may be changed; parts are replaced, never changed. */
export const copyCombined = <Acc>(entry: CombinedEntry<Acc>): CombinedEntry<Acc> => revised(entry, entry.revision, entry.changed);

/** The same as told under the next revision. */
export const toldCombined = <Acc>(entry: CombinedEntry<Acc>): CombinedEntry<Acc> => revised(entry, entry.revision + 1, false);

/** How windows that are being combined are written: compactly, each accumulator by the aggregate. */
export const combinedEntrySpec = <Acc>(
  aggregate: Aggregate<never, Acc, unknown>,
  shape: Readonly<Record<string, unknown>>,
): StateSpec<CombinedEntry<Acc>> => {
  const writer = new ByteWriter();
  return {
    schema: `window-parts(${aggregate.layout})`,
    shape,
    encode: (entry) => {
      writer.integer(entry.start).integer(entry.end).integer(entry.closesAt).integer(entry.revision).boolean(entry.changed);
      writeDims(entry.dims, writer);
      writePlace(entry.last, writer);
      writer.integer(entry.parts.length);
      for (const part of entry.parts) writePart(part, aggregate, writer);
      return writer.take();
    },
    decode: (bytes) => read(new ByteReader(bytes), aggregate),
  };
};

const writePart = <Acc>(part: KeptPart<Acc>, aggregate: Aggregate<never, Acc, unknown>, to: ByteWriter): void => {
  to.string(part.task).integer(part.revision).boolean(part.provisional).integer(part.n);
  writeRanges(part.offsets, to);
  aggregate.write(part.acc, to);
};

const read = <Acc>(from: ByteReader, aggregate: Aggregate<never, Acc, unknown>): CombinedEntry<Acc> => ({
  start: from.integer(),
  end: from.integer(),
  closesAt: from.integer(),
  revision: from.integer(),
  changed: from.boolean(),
  dims: readDims(from),
  last: readPlace(from),
  parts: Array.from({ length: from.integer() }, () => readPart(from, aggregate)),
});

const readPart = <Acc>(from: ByteReader, aggregate: Aggregate<never, Acc, unknown>): KeptPart<Acc> => ({
  task: from.string(),
  revision: from.integer(),
  provisional: from.boolean(),
  n: from.integer(),
  offsets: readRanges(from),
  acc: aggregate.read(from),
});
