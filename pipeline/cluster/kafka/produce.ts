import type { NewRecord } from '../../core/ports/cluster.ts';
import type { ProducerBinding } from './client.ts';

/** The client takes the address of an empty buffer for null; this one has memory behind it, though none of it is used. */
const empty = Buffer.allocUnsafe(1).subarray(0, 0);

const notNull = (bytes: Buffer | null): Buffer | null => (bytes?.length === 0 ? empty : bytes);

/** Queues a record, which is copied; returns the client's error code, 0 if there is none. `opaque` comes back in the delivery report. */
export const produce = (binding: ProducerBinding, record: NewRecord, opaque?: unknown): number => {
  const { topic, partition, value, key, timestamp, headers } = record;
  return binding.produce(topic, partition ?? -1, notNull(value), notNull(key), timestamp ?? null, opaque, headers);
};
