import type { Cluster, LogRecord, TopicPartition } from '../../../pipeline/core/ports/cluster.ts';

const pollRecords = 5_000;
const pollMs = 100;

/** Reads what is committed in some partitions, each from its offset to the end that it has now. */
export const readFrom = async (
  cluster: Cluster,
  places: ReadonlyArray<TopicPartition & { readonly offset: number }>,
): Promise<ReadonlyArray<LogRecord>> => {
  const reader = await cluster.reader('committed');
  const records: LogRecord[] = [];
  try {
    const ends: (TopicPartition & { readonly offset: number; readonly end: number })[] = [];
    for (const place of places) {
      const { low, high } = await reader.watermarks(place, 'committed');
      if (high > Math.max(low, place.offset)) ends.push({ ...place, end: high });
    }
    if (ends.length > 0) await reader.assign(ends);
    while (ends.some((place) => (reader.position(place) ?? 0) < place.end)) records.push(...(await reader.poll(pollRecords, pollMs)));
    return records;
  } finally {
    await reader.close();
  }
};
