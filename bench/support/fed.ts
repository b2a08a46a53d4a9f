import { beginning } from '../../pipeline/core/time.ts';
import type { Decoded } from '../../pipeline/runtime/task/entry-reader.ts';

/** A chunk of decoded records for one entry of a topology. */
export interface Fed {
  readonly entry: string;
  readonly records: ReadonlyArray<Decoded>;
}

/** Records in a chunk. */
export const chunkSize = 1_000;

/** Where event time begins, ms. */
export const startTime = Date.UTC(2026, 0, 1);

const key = Buffer.from('demo');

/** A decoded record of the log, as a task's entry reader makes it; the bytes that it was read from are left out. */
export const decodedRecord = (topic: string, offset: number, read: { readonly value: unknown; readonly time: number }): Decoded => ({
  key: 'demo',
  value: read.value,
  time: read.time,
  asOf: beginning,
  provenance: { topic, partition: 0, offset },
  origin: { topic, partition: 0, offset, key, value: null, timestamp: read.time },
  asRead: read.value,
});

/** The nth chunk of a topic, its records from offset n · 1,000 on. */
export const chunkOf = (
  n: number,
  place: { readonly entry: string; readonly topic: string },
  read: (offset: number) => { readonly value: unknown; readonly time: number },
): Fed => ({
  entry: place.entry,
  records: Array.from({ length: chunkSize }, (_, at) => {
    const offset = n * chunkSize + at;
    return decodedRecord(place.topic, offset, read(offset));
  }),
});
