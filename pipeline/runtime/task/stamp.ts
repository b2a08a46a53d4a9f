import type { StreamRecord } from '../../core/chunk.ts';
import type { Decoded } from './entry-reader.ts';
import type { PartitionQueue } from './partition-queue.ts';

/**
 * Stamps each record with the task's stream time just before it, and moves the partition's clock on behind it.
 *
 * `floor` is the stream time so far, `ceiling` what the task's other partitions allow. Decoded records are still the runtime's own, so
 * they are stamped in place: a second object per record would cost more than the stamp.
 */
export const stamped = (
  records: ReadonlyArray<Decoded>,
  queue: PartitionQueue,
  bounds: { readonly floor: number; readonly ceiling: number },
): ReadonlyArray<StreamRecord<unknown>> => {
  const { clock, holdsClock } = queue;
  for (const record of records) {
    const own = holdsClock ? clock.time() : Number.POSITIVE_INFINITY;
    const allowed = Math.min(own, bounds.ceiling);
    record.asOf = allowed === Number.POSITIVE_INFINITY ? bounds.floor : Math.max(bounds.floor, allowed);
    clock.saw(record.time);
  }
  return records;
};
