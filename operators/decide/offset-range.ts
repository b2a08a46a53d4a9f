/** Records of one partition that a result stands on; both ends took part, those between may belong to others. */
export interface OffsetRange {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

const contains = (outer: OffsetRange, inner: OffsetRange): boolean => outer.from <= inner.from && outer.to >= inner.to;

const withRange = (ranges: ReadonlyArray<OffsetRange>, added: OffsetRange): ReadonlyArray<OffsetRange> => {
  const at = ranges.findIndex((range) => range.topic === added.topic && range.partition === added.partition);
  const known = ranges[at];
  if (known === undefined) return [...ranges, added];
  if (contains(known, added)) return ranges;
  const { topic, partition } = known;
  return ranges.with(at, { topic, partition, from: Math.min(known.from, added.from), to: Math.max(known.to, added.to) });
};

/** One range for each partition in either list: the smallest that holds both. */
export const spanning = (a: ReadonlyArray<OffsetRange>, b: ReadonlyArray<OffsetRange>): ReadonlyArray<OffsetRange> =>
  b.reduce(withRange, a);
