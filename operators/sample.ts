import { map as mapChunks } from 'rxjs';
import { type Chunk, type StreamRecord, withRecords } from '../pipeline/core/chunk.ts';
import { contentHash } from '../pipeline/core/content-hash.ts';
import { MillraceError } from '../pipeline/core/errors.ts';
import { chosenKey, type KeyChoice, keyParam } from '../pipeline/core/key-choice.ts';
import type { Operator } from '../pipeline/core/operator.ts';

/** Which share of the keys `sample` passes. */
export interface SampleOptions<T> {
  /** From 0 (nothing) to 1 (everything). */
  readonly ratio: number;
  /** What is drawn: all records of a key pass or none does. */
  readonly key: KeyChoice<T>;
}

const hashOf = contentHash();
const span = 2 ** 53;

/**
 * Passes all records of a share of the keys, in order, and counts the others as `dropped`.
 *
 * The draw is a hash of the key, so a replay, another process or another node with the same key draws the same, and who is drawn at a
 * lower ratio is drawn at every higher one. It does not follow the partitions. No state.
 *
 * @throws MillraceError `bad_topology` if the ratio is not from 0 to 1.
 * @example sample('a-tenth', { ratio: 0.1, key: ['session_id'] })
 */
export const sample = <T>(name: string, { ratio, key }: SampleOptions<T>): Operator<T, T> => {
  if (!(ratio >= 0 && ratio <= 1)) throw new MillraceError('bad_topology', `${name}: the ratio is ${ratio} and must be from 0 to 1`);
  const keyOf = chosenKey(key);
  const isDrawn = (value: T): boolean => hashOf(keyOf(value)) < ratio * span;
  return {
    shape: 'step',
    name,
    kind: 'sample',
    params: { ratio, key: keyParam(key) },
    keeps: true,
    build: (context) =>
      mapChunks((chunk: Chunk<T>) => {
        const records: StreamRecord<T>[] = [];
        let dropped = 0;
        for (const record of chunk.records) {
          const drawn = context.attempt(record, isDrawn);
          if (!drawn.ok) continue;
          if (drawn.value) records.push(record);
          else dropped += 1;
        }
        if (dropped > 0) context.count('dropped', dropped);
        return withRecords(chunk, records);
      }),
  };
};
