import { map as mapChunks } from 'rxjs';
import { type Chunk, type StreamRecord, withRecords } from '../pipeline/core/chunk.ts';
import { contentHash } from '../pipeline/core/content-hash.ts';
import { type Path, keyReader } from '../pipeline/core/key.ts';
import type { Attempt, Context, NoPorts, Operator, StateSpec } from '../pipeline/core/operator.ts';

/** How `dedupe` tells records apart. */
export interface DedupeOptions<T, K extends Path<T>> {
  /** The fields that make two records the same. The stream's partition key must be among them. */
  readonly key: ReadonlyArray<K>;
  /** How long a record is remembered, in ms of stream time. */
  readonly within: number;
  /** The paths that differ between repeats of one record, e.g. the time of receipt; records go with all that is in them. */
  readonly except?: ReadonlyArray<Path<T> | (keyof T & string)>;
  /** Whether a value means to change what was said under its key. Such records pass once for each content. */
  readonly amends?: (value: T) => boolean;
}

const hashes: Omit<StateSpec<number>, 'shape'> = {
  schema: 'content-hash:double',
  encode: (hash) => {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeDoubleLE(hash);
    return bytes;
  },
  decode: (bytes) => bytes.readDoubleLE(),
};

/**
 * Passes the first record of each key and drops repeats until `within` has gone by in stream time.
 *
 * A repeat with the same content is counted as `duplicates`; one with other content is rejected as `conflicting_duplicate`, unless it
 * `amends`: an amendment passes whether it comes before or after what it amends, and its own repeats are dropped, too. Order is kept.
 * Time is the task's own, so a replay drops the same records. One state entry for each key and each amendment, for `within` after the
 * later of its event time and the stream time at which it came.
 *
 * @example dedupe('dedupe', { key: ['tenant', 'target.id', 'feedback_id'], within: hours(24), except: ['received_time'] })
 */
export const dedupe = <T, const K extends Path<T>>(name: string, options: DedupeOptions<T, K>): Operator<T, T, number, NoPorts, K> => {
  const { key, within, except = [], amends } = options;
  const memory = { within, idOf: keyReader(key), hashOf: contentHash(except), amends };
  return {
    shape: 'step',
    name,
    kind: 'dedupe',
    params: { key, within, except, amends: amends !== undefined },
    opaque: amends === undefined ? [] : ['amends'],
    state: { ...hashes, shape: { except } },
    stateKey: key,
    keeps: true,
    build: (context) => {
      const isNew = firstTime(context, memory);
      return mapChunks((chunk: Chunk<T>) => {
        const records = chunk.records.filter(isNew);
        context.store.expire(chunk.streamTime);
        return withRecords(chunk, records);
      });
    },
  };
};

/** What is asked of a record where nothing amends. */
const plain: Attempt<boolean> = { ok: true, value: false };

/** What `dedupe` was declared with, compiled. */
interface Memory<T> {
  readonly within: number;
  readonly idOf: (value: T) => string;
  readonly hashOf: (value: T) => number;
  readonly amends: ((value: T) => boolean) | undefined;
}

const firstTime =
  <T>(context: Context<number, NoPorts>, memory: Memory<T>) =>
  (record: StreamRecord<T>): boolean => {
    const { store } = context;
    store.expire(record.asOf);
    const amendment = memory.amends === undefined ? plain : context.attempt(record, memory.amends);
    if (!amendment.ok) return false;
    const id = memory.idOf(record.value);
    const hash = memory.hashOf(record.value);
    const key = amendment.value ? `${id}|${hash}` : id;
    const known = store.get(key);
    if (known === undefined) {
      store.put(key, hash, Math.max(record.time, record.asOf) + memory.within);
      return true;
    }
    if (known === hash) context.count('duplicates');
    else context.reject(record, 'conflicting_duplicate', `${id} was seen before with other content`);
    return false;
  };
