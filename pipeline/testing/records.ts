import type { Chunk, Signal, StreamRecord } from '../core/chunk.ts';

/** What of a test's record is not left to the defaults. */
export interface RecordOptions {
  /** Event time, ms; 2024-01-01 if left out. */
  readonly time?: number;
  /** Stream time just before it, ms; its own event time if left out. */
  readonly asOf?: number;
  /** The text of its Kafka key; empty if left out. */
  readonly key?: string;
  /** Its offset in partition 0 of the topic `test`; 0 if left out. */
  readonly offset?: number;
}

const start = Date.UTC(2024, 0, 1);

/** A record as a test feeds it to an operator. */
export const recordOf = <T>(value: T, options: RecordOptions = {}): StreamRecord<T> => {
  const { time = start, asOf = time, key = '', offset = 0 } = options;
  return { key, value, time, asOf, provenance: { topic: 'test', partition: 0, offset }, origin: undefined, asRead: undefined };
};

/** What of a test's chunk is not left to the defaults. */
export interface ChunkOptions {
  /** ms; the latest time of the records if left out. */
  readonly streamTime?: number;
  readonly signal?: Signal;
}

const latest = (records: ReadonlyArray<StreamRecord<unknown>>): number =>
  records.reduce((time, record) => Math.max(time, record.time, record.asOf), Number.NEGATIVE_INFINITY);

/** A chunk of these records. */
export const chunkOf = <T>(records: ReadonlyArray<StreamRecord<T>>, options: ChunkOptions = {}): Chunk<T> => ({
  streamTime: options.streamTime ?? latest(records),
  signal: options.signal ?? 'none',
  records,
});

/**
 * The records that one partition with these values gives: offsets from 0 on, each `asOf` the highest event time before it.
 *
 * @example partitionOf([{ value: 'a', time: 1000 }, { value: 'b', time: 900 }])
 */
export const partitionRecords = <T>(
  values: ReadonlyArray<{ readonly value: T; readonly time: number; readonly key?: string }>,
): ReadonlyArray<StreamRecord<T>> => {
  let clock = Number.NEGATIVE_INFINITY;
  return values.map(({ value, time, key = '' }, offset) => {
    const record = recordOf(value, { time, asOf: clock, key, offset });
    clock = Math.max(clock, time);
    return record;
  });
};
