import type { LogRecord, Reader, TopicPartition, Watermarks } from '../../core/ports/cluster.ts';

const pollMs = 100;

/** The first record at or after an offset; undefined if none comes before the end. */
const recordFrom = async (reader: Reader, place: TopicPartition & Watermarks, offset: number): Promise<LogRecord | undefined> => {
  const { topic, partition, high } = place;
  await reader.assign([{ topic, partition, offset }]);
  while ((reader.position(place) ?? 0) < high) {
    const [record] = await reader.poll(1, pollMs);
    if (record !== undefined) return record;
  }
  return undefined;
};

/**
 * The offset of the first record whose Kafka timestamp is at least `time` (ms since the epoch), the end if there is none. Looks at the
 * logarithm of the partition's length: timestamps are taken to grow with the offsets. Leaves the reader assigned somewhere.
 */
export const offsetAt = async (reader: Reader, place: TopicPartition & Watermarks, time: number): Promise<number> => {
  let low = place.low;
  let high = place.high;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const record = await recordFrom(reader, place, middle);
    if (record === undefined || record.timestamp >= time) high = middle;
    else low = record.offset + 1;
  }
  return low;
};
