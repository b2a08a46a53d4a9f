import { map as mapChunks } from 'rxjs';
import { type Chunk, type StreamRecord, withRecords, withValue } from '../pipeline/core/chunk.ts';
import { chosenKey, type KeyChoice, keyParam } from '../pipeline/core/key-choice.ts';
import type { BroadcastOperator, BroadcastView } from '../pipeline/core/operator.ts';
import type { RecordType } from '../pipeline/core/record-type.ts';
import type { BroadcastRef } from '../pipeline/core/stream-ref.ts';

/** How `enrich` finds a value's row and what it makes of both. */
export interface EnrichOptions<In, Row, Out> {
  /** The row's key in the table's topic. */
  readonly key: KeyChoice<In>;
  /** Makes the output of a value and its row (`undefined` if the table has none); `version` says which state of the table it is. Pure. */
  readonly merge: (value: In, row: Row | undefined, version: string) => Out;
  /** How the output is written; needed if the stream is to be repartitioned next. */
  readonly output?: RecordType<Out>;
}

/**
 * Adds to each value what a broadcast table says under its key. One record in, one out, in order.
 *
 * The table is as this process has read it, which the outputs' headers name; a replay reads the table's later state, so what must not
 * change is recorded in the output. Values without a row pass, too, and are counted as `missed`. What `key` or `merge` throws rejects the
 * record. No state of its own.
 *
 * @example
 * enrich('segments', t.broadcast('segment-rows', topics.segments), { key: ['tenant', 'user'], merge: (click, row) => ({ ...click, segment: row?.name ?? null }) })
 */
export const enrich = <In, Row, Out>(
  name: string,
  table: BroadcastRef<Row>,
  options: EnrichOptions<In, Row, Out>,
): BroadcastOperator<In, Row, Out> => ({
  shape: 'broadcast',
  name,
  kind: 'enrich',
  params: { table: table.broadcast, key: keyParam(options.key) },
  opaque: ['merge'],
  table,
  ...(options.output === undefined ? {} : { output: options.output }),
  build: (context, view) => {
    const merged = merger(options, view);
    return mapChunks((chunk: Chunk<In>) => {
      const records: StreamRecord<Out>[] = [];
      for (const record of chunk.records) {
        const made = context.attempt(record, merged);
        if (!made.ok) continue;
        if (made.value.missed) context.count('missed');
        records.push(withValue(record, made.value.out));
      }
      return withRecords(chunk, records);
    });
  },
});

interface Merged<Out> {
  readonly out: Out;
  readonly missed: boolean;
}

const merger = <In, Row, Out>({ key, merge }: EnrichOptions<In, Row, Out>, view: BroadcastView<Row>): ((value: In) => Merged<Out>) => {
  const keyOf = chosenKey(key);
  return (value) => {
    const row = view.get(keyOf(value));
    return { out: merge(value, row, view.version()), missed: row === undefined };
  };
};
