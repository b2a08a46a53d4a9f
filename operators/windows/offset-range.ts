import type { Coordinates } from '../../pipeline/core/chunk.ts';

/** Records of one partition that went into a result: the first and the last of them, by offset. Those between may belong to others. */
export interface OffsetRange {
  readonly topic: string;
  readonly partition: number;
  /** Inclusive. */
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
}

/** A range that is still being widened, by its one owner. */
export interface OpenRange extends OffsetRange {
  from: number;
  to: number;
}

const compareRanges = (a: OffsetRange, b: OffsetRange): number =>
  a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1;

/** Widens the range of the record's partition, in place, or adds one, so that the list stays ordered by topic and partition. */
export const includeOffset = (ranges: OpenRange[], { topic, partition, offset }: Coordinates): void => {
  for (const range of ranges) {
    if (range.partition !== partition || range.topic !== topic) continue;
    if (offset < range.from) range.from = offset;
    if (offset > range.to) range.to = offset;
    return;
  }
  ranges.push({ topic, partition, from: offset, to: offset });
  if (ranges.length > 1) ranges.sort(compareRanges);
};

/** Ranges of one's own, to be widened. */
export const openRanges = (ranges: ReadonlyArray<OffsetRange>): OpenRange[] =>
  ranges.map(({ topic, partition, from, to }) => ({ topic, partition, from, to }));

/** One range for each partition in any of the lists, the smallest that holds all of them; by topic and partition. */
export const unitedRanges = (lists: ReadonlyArray<ReadonlyArray<OffsetRange>>): ReadonlyArray<OffsetRange> => {
  const united: OpenRange[] = [];
  for (const { topic, partition, from, to } of lists.flat()) {
    includeOffset(united, { topic, partition, offset: from });
    includeOffset(united, { topic, partition, offset: to });
  }
  return united;
};
