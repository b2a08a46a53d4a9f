import type { ByteReader, ByteWriter } from '../../pipeline/core/bytes.ts';
import type { Coordinates } from '../../pipeline/core/chunk.ts';
import type { OffsetRange } from './offset-range.ts';
import type { Dims } from './windowed.ts';

/** Calls `item` for each item of an Avro array or map: blocks with their count before them, a negative one with the block's size as well. */
const readBlocks = (from: ByteReader, item: () => void): void => {
  for (let n = from.integer(); n !== 0; n = from.integer()) {
    if (n < 0) from.integer();
    for (let left = Math.abs(n); left > 0; left--) item();
  }
};

/** As an Avro map of strings, in the order of the names. */
export const writeDims = (dims: Dims, to: ByteWriter): void => {
  const names = Object.keys(dims);
  if (names.length > 0) to.integer(names.length);
  for (const name of names) to.string(name).string(dims[name] ?? '');
  to.integer(0);
};

export const readDims = (from: ByteReader): Dims => {
  const dims: Record<string, string> = {};
  readBlocks(from, () => {
    const name = from.string();
    dims[name] = from.string();
  });
  return dims;
};

/** As an Avro array of records (topic, partition, from, to). */
export const writeRanges = (ranges: ReadonlyArray<OffsetRange>, to: ByteWriter): void => {
  if (ranges.length > 0) to.integer(ranges.length);
  for (const range of ranges) to.string(range.topic).integer(range.partition).integer(range.from).integer(range.to);
  to.integer(0);
};

export const readRanges = (from: ByteReader): ReadonlyArray<OffsetRange> => {
  const ranges: OffsetRange[] = [];
  readBlocks(from, () => ranges.push({ topic: from.string(), partition: from.integer(), from: from.integer(), to: from.integer() }));
  return ranges;
};

export const writePlace = ({ topic, partition, offset }: Coordinates, to: ByteWriter): void =>
  void to.string(topic).integer(partition).integer(offset);

export const readPlace = (from: ByteReader): Coordinates => ({ topic: from.string(), partition: from.integer(), offset: from.integer() });
