import type { Admin, Cluster, LogRecord, Reader } from '../../core/ports/cluster.ts';
import { type PartitionRange, placeKey } from './replay-range.ts';

const pollRecords = 5_000;
const pollMs = 100;

/** What is to be read, and whether nobody waits for the rest any more. */
export interface RangesToRead {
  readonly ranges: ReadonlyArray<PartitionRange>;
  readonly isOver?: () => boolean;
}

/** Told of each batch, with how many offsets are behind the reader and how many there are. Transaction markers count. */
export type RecordsVisit = (records: ReadonlyArray<LogRecord>, at: { readonly done: number; readonly all: number }) => Promise<void>;

/** The offset after the last one that was read of a range. */
const positionIn = (reader: Reader, range: PartitionRange): number =>
  Math.min(Math.max(reader.position(range) ?? range.from, range.from), range.to);

/** Hands over what is committed in these ranges. Records of one partition come in their order, those of several mixed. Returns whether it has read all. */
export const readRanges = async (
  cluster: Cluster,
  { ranges, isOver = () => false }: RangesToRead,
  visit: RecordsVisit,
): Promise<boolean> => {
  const wanted = new Map(ranges.filter(({ from, to }) => to > from).map((range) => [placeKey(range), range]));
  const all = [...wanted.values()].reduce((sum, { from, to }) => sum + to - from, 0);
  const reader = await cluster.reader('committed');
  const done = (): number => [...wanted.values()].reduce((sum, range) => sum + positionIn(reader, range) - range.from, 0);
  try {
    await reader.assign([...wanted.values()].map(({ topic, partition, from }) => ({ topic, partition, offset: from })));
    while (done() < all) {
      if (isOver()) return false;
      const records = await reader.poll(pollRecords, pollMs);
      await visit(
        records.filter((record) => record.offset < (wanted.get(placeKey(record))?.to ?? 0)),
        { done: done(), all },
      );
    }
    return true;
  } finally {
    await reader.close();
  }
};

const wholeOf = async (admin: Admin, topic: string): Promise<ReadonlyArray<PartitionRange>> => {
  const count = (await admin.partitions([topic])).get(topic) ?? 0;
  const places = Array.from({ length: count }, (_, partition) => ({ topic, partition }));
  return Promise.all(
    places.map(async (place) => {
      const { low, high } = await admin.watermarks(place, 'committed');
      // An empty range may begin anywhere; the others begin at 0, which is the beginning even if the log loses records meanwhile.
      return { ...place, from: high > low ? 0 : high, to: high };
    }),
  );
};

/**
 * Hands over all that is committed in a topic now. Records of one partition come in their order, those of several mixed. A topic that does
 * not exist has nothing.
 */
export const readRecords = async (
  cluster: Cluster,
  topic: string,
  visit: (records: ReadonlyArray<LogRecord>) => Promise<void>,
): Promise<void> => {
  const admin = await cluster.admin();
  const ranges = await wholeOf(admin, topic).finally(() => admin.close());
  await readRanges(cluster, { ranges }, visit);
};
