import type { Cluster, LogRecord, Reader, TopicPartition } from '../../core/ports/cluster.ts';
import { placeKey } from './replay-range.ts';

const pollRecords = 5_000;
const pollMs = 100;

type Ends = ReadonlyMap<string, TopicPartition & { readonly high: number }>;

const endsOf = async (reader: Reader, places: ReadonlyArray<TopicPartition>): Promise<Ends> => {
  const ends = await Promise.all(places.map(async (place) => ({ ...place, ...(await reader.watermarks(place, 'committed')) })));
  return new Map(ends.filter(({ low, high }) => high > low).map((end) => [placeKey(end), end]));
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
  const count = (await admin.partitions([topic])).get(topic) ?? 0;
  await admin.close();
  const reader = await cluster.reader('committed');
  try {
    const ends = await endsOf(
      reader,
      Array.from({ length: count }, (_, partition) => ({ topic, partition })),
    );
    const left = (): boolean => [...ends.values()].some((end) => (reader.position(end) ?? 0) < end.high);
    await reader.assign([...ends.values()].map(({ partition }) => ({ topic, partition, offset: 0 })));
    while (left()) {
      const records = await reader.poll(pollRecords, pollMs);
      await visit(records.filter((record) => record.offset < (ends.get(placeKey(record))?.high ?? 0)));
    }
  } finally {
    await reader.close();
  }
};
