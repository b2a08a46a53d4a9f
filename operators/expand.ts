import { map as mapChunks } from 'rxjs';
import { type Chunk, type StreamRecord, withRecords, withValue } from '../pipeline/core/chunk.ts';
import type { Path } from '../pipeline/core/key.ts';
import type { NoPorts, Operator } from '../pipeline/core/operator.ts';
import type { MapOptions } from './map.ts';

/**
 * Replaces each value by the values that `fn` makes of it, in their order: none, one or many.
 *
 * They share time, key and provenance of the record that they come from. A record of which nothing is made counts as `dropped`, and what
 * is more than one for a record as `added`, so that in + added = out + dropped + rejected. `fn` must be pure; what it throws rejects the
 * record, and then none of its values pass. No state.
 *
 * @example expand('each-tag', ({ tags }: { tags: ReadonlyArray<string> }) => tags.map((tag) => ({ tag })))
 */
export const expand = <In, Out, const Gives extends Path<Out> = never>(
  name: string,
  fn: (value: In) => ReadonlyArray<Out>,
  options: MapOptions<Out, Gives> = {},
): Operator<In, Out, never, NoPorts, string, Gives> => ({
  shape: 'step',
  name,
  kind: 'expand',
  params: {},
  opaque: ['fn'],
  ...options,
  build: (context) =>
    mapChunks((chunk: Chunk<In>) => {
      const records: StreamRecord<Out>[] = [];
      for (const record of chunk.records) {
        const made = context.attempt(record, fn);
        if (!made.ok) continue;
        for (const value of made.value) records.push(withValue(record, value));
        if (made.value.length === 0) context.count('dropped');
        else if (made.value.length > 1) context.count('added', made.value.length - 1);
      }
      return withRecords(chunk, records);
    }),
});
