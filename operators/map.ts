import { map as mapChunks } from 'rxjs';
import { type StreamRecord, withRecords, withValue } from '../pipeline/core/chunk.ts';
import type { Path } from '../pipeline/core/key.ts';
import type { NoPorts, Operator } from '../pipeline/core/operator.ts';
import type { RecordType } from '../pipeline/core/record-type.ts';

/** What `map` cannot know by itself about the values that it makes. */
export interface MapOptions<Out, Gives extends string> {
  /** How they are written; needed if the stream is to be repartitioned next. */
  readonly output?: RecordType<Out>;
  /** Where the partition key stands in them, position by position; as before if left out. */
  readonly keyed?: ReadonlyArray<Gives>;
}

/**
 * Replaces each value by what `fn` makes of it. Time, key and provenance of the record stay, and the order is kept.
 *
 * `fn` must be pure. What it throws rejects the record under the error's code, or as `user_function_failed`. No state.
 *
 * @example map('celsius', ({ fahrenheit }: { fahrenheit: number }) => ({ celsius: (fahrenheit - 32) / 1.8 }))
 */
export const map = <In, Out, const Gives extends Path<Out> = never>(
  name: string,
  fn: (value: In) => Out,
  options: MapOptions<Out, Gives> = {},
): Operator<In, Out, never, NoPorts, string, Gives> => ({
  shape: 'step',
  name,
  kind: 'map',
  params: {},
  opaque: ['fn'],
  ...options,
  build: (context) =>
    mapChunks((chunk) => {
      const records: StreamRecord<Out>[] = [];
      for (const record of chunk.records) {
        const made = context.attempt(record, fn);
        if (made.ok) records.push(withValue(record, made.value));
      }
      return withRecords(chunk, records);
    }),
});
