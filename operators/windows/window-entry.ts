import type { Aggregate } from '../../pipeline/core/aggregate.ts';
import { ByteReader, ByteWriter } from '../../pipeline/core/bytes.ts';
import type { Coordinates } from '../../pipeline/core/chunk.ts';
import type { StateSpec } from '../../pipeline/core/operator.ts';
import { readDims, readPlace, readRanges, writeDims, writePlace, writeRanges } from './binary.ts';
import { type OpenRange, openRanges } from './offset-range.ts';
import type { Dims } from './windowed.ts';

/** An open window as a task keeps it. Changed only between its copy from the store and its return. */
export interface WindowEntry<Acc> {
  readonly start: number;
  readonly dims: Dims;
  /** The last revision that was told; 0 before the first. */
  revision: number;
  /** Whether records have come in since that revision. */
  changed: boolean;
  n: number;
  readonly offsets: OpenRange[];
  /** Where the last record came from. */
  last: Coordinates;
  acc: Acc;
}

/** A copy that may be changed; the original was published and may not. */
export const copyEntry =
  <Acc>(aggregate: Aggregate<never, Acc, unknown>) =>
  ({ start, dims, revision, changed, n, offsets, last, acc }: WindowEntry<Acc>): WindowEntry<Acc> => ({
    start,
    dims,
    revision,
    changed,
    n,
    offsets: openRanges(offsets),
    last,
    acc: aggregate.copy(acc),
  });

/** The same as told under the next revision. It shares the accumulator, which is not changed any more. */
export const toldEntry = <Acc>({ start, dims, revision, n, offsets, last, acc }: WindowEntry<Acc>): WindowEntry<Acc> => ({
  start,
  dims,
  revision: revision + 1,
  changed: false,
  n,
  offsets,
  last,
  acc,
});

/** How open windows are written: compactly, the accumulator by its aggregate. */
export const windowEntrySpec = <Acc>(
  aggregate: Aggregate<never, Acc, unknown>,
  shape: Readonly<Record<string, unknown>>,
): StateSpec<WindowEntry<Acc>> => {
  const writer = new ByteWriter();
  return {
    schema: `window(${aggregate.layout})`,
    shape,
    encode: ({ start, dims, revision, changed, n, offsets, last, acc }) => {
      writer.integer(start).integer(revision).boolean(changed).integer(n);
      writeDims(dims, writer);
      writeRanges(offsets, writer);
      writePlace(last, writer);
      aggregate.write(acc, writer);
      return writer.take();
    },
    decode: (bytes) => {
      const from = new ByteReader(bytes);
      return {
        start: from.integer(),
        revision: from.integer(),
        changed: from.boolean(),
        n: from.integer(),
        dims: readDims(from),
        offsets: openRanges(readRanges(from)),
        last: readPlace(from),
        acc: aggregate.read(from),
      };
    },
  };
};
