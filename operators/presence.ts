import { map as mapChunks } from 'rxjs';
import { ByteReader, ByteWriter } from '../pipeline/core/bytes.ts';
import { type Chunk, type StreamRecord, withRecords, withValue } from '../pipeline/core/chunk.ts';
import { keyReader, type Path, type Versioned } from '../pipeline/core/key.ts';
import type { Context, NoPorts, Operator, StateSpec } from '../pipeline/core/operator.ts';

/** How `presence` counts. */
export interface PresenceOptions<T, K extends string> {
  /** The fields whose values share a count. The stream's partition key must be among them. */
  readonly key: ReadonlyArray<K & Path<T>>;
  /** How many more there are under the key after a record, or fewer: a whole number. Pure. */
  readonly by: Versioned<(value: T) => number>;
  /** How long a count is remembered after its last record, in ms of stream time. */
  readonly within: number;
}

/** The record with which something came under a key where nothing was, or with which the last of it went. */
export interface Presence<out T> {
  readonly value: T;
  readonly present: boolean;
  /** How often that has turned under the key, from 1 on, for as long as it is remembered. */
  readonly turn: number;
}

/** What is remembered under a key. */
export interface Count {
  readonly n: number;
  readonly turn: number;
}

const nothing: Count = { n: 0, turn: 0 };

const countSpec = (writer: ByteWriter): StateSpec<Count> => ({
  schema: 'presence-1',
  shape: {},
  encode: ({ n, turn }) => writer.integer(n).integer(turn).take(),
  decode: (bytes) => {
    const from = new ByteReader(bytes);
    return { n: from.integer(), turn: from.integer() };
  },
});

/**
 * Tells when the first of something comes under a key and when the last of it goes, in order; records in between are counted as `between`.
 *
 * What goes that was never counted, or is forgotten, changes nothing and is counted as `uncounted`. One state entry for each key: two
 * numbers, for `within` after the later of the last record's event time and the stream time at which it came.
 *
 * @example presence('in-use', { key: ['room'], by: versioned('1', ({ entered }) => (entered ? 1 : -1)), within: hours(24) })
 */
export const presence = <T, const K extends Path<T>>(
  name: string,
  { key, by, within }: PresenceOptions<T, K>,
): Operator<T, Presence<T>, Count, NoPorts, K> => ({
  shape: 'step',
  name,
  kind: 'presence',
  params: { key, by: by.version, within },
  state: countSpec(new ByteWriter()),
  stateKey: key,
  build: (context) => {
    const turnOf = turning(context, { idOf: keyReader(key), by: by.of, within });
    return mapChunks((chunk: Chunk<T>) => {
      const turns = chunk.records.flatMap(turnOf);
      context.store.expire(chunk.streamTime);
      return withRecords(chunk, turns);
    });
  },
});

/** What `presence` was declared with, compiled. */
interface Counting<T> {
  readonly idOf: (value: T) => string;
  readonly by: (value: T) => number;
  readonly within: number;
}

const turning =
  <T>(context: Context<Count, NoPorts>, { idOf, by, within }: Counting<T>) =>
  (record: StreamRecord<T>): ReadonlyArray<StreamRecord<Presence<T>>> => {
    const { store } = context;
    store.expire(record.asOf);
    const read = context.attempt(record, (value) => ({ id: idOf(value), more: by(value) }));
    if (!read.ok) return [];
    const { id, more } = read.value;
    const known = store.get(id) ?? nothing;
    const n = known.n + more;
    if (n < 0) {
      context.count('uncounted');
      return [];
    }
    const present = n > 0;
    const turned = present !== known.n > 0;
    const turn = known.turn + (turned ? 1 : 0);
    store.put(id, { n, turn }, Math.max(record.time, record.asOf) + within);
    if (turned) return [withValue(record, { value: record.value, present, turn })];
    context.count('between');
    return [];
  };
