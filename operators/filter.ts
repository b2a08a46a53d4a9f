import { map as mapChunks } from 'rxjs';
import { type Chunk, type StreamRecord, withRecords } from '../pipeline/core/chunk.ts';
import type { Operator } from '../pipeline/core/operator.ts';

/**
 * Passes the records whose value meets the predicate, in order, and counts the others as `dropped`.
 *
 * A type guard narrows the stream. The predicate must be pure; what it throws rejects the record. No state.
 *
 * @example filter('rated', (feedback: { rating: number | null }) => feedback.rating !== null)
 */
export function filter<T, U extends T>(name: string, predicate: (value: T) => value is U): Operator<T, U>;
export function filter<T>(name: string, predicate: (value: T) => boolean): Operator<T, T>;
export function filter<T>(name: string, predicate: (value: T) => boolean): Operator<T, T> {
  return {
    shape: 'step',
    name,
    kind: 'filter',
    params: {},
    opaque: ['predicate'],
    keeps: true,
    build: (context) =>
      mapChunks((chunk: Chunk<T>) => {
        const records: StreamRecord<T>[] = [];
        let dropped = 0;
        for (const record of chunk.records) {
          const verdict = context.attempt(record, predicate);
          if (!verdict.ok) continue;
          if (verdict.value) records.push(record);
          else dropped += 1;
        }
        if (dropped > 0) context.count('dropped', dropped);
        return withRecords(chunk, records);
      }),
  };
}
