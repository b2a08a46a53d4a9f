import { ByteReader, type ByteWriter } from '../../pipeline/core/bytes.ts';
import type { StateSpec } from '../../pipeline/core/operator.ts';
import { nobody, type Submitters } from '../decide/submitters.ts';
import type { Signature } from './min-hash.ts';

/** What is remembered of one submitter. Never mutated. */
export interface Conduct {
  /** Where the current window begins, in ms. */
  readonly from: number;
  /** Values in the current window, and in the one before. */
  readonly n: number;
  readonly before: number;
  /** The different keys of the current window, as their smallest hashes. */
  readonly keys: Submitters;
  /** When the newest values came, the oldest first. */
  readonly times: ReadonlyArray<number>;
  /** The newest texts that were long enough, the oldest first, with when they came. */
  readonly texts: ReadonlyArray<readonly [time: number, signature: Signature]>;
}

/** Nothing is remembered yet. */
export const nothing = (from: number): Conduct => ({ from, n: 0, before: 0, keys: nobody, times: [], texts: [] });

const listOf = <T>(from: ByteReader, read: () => T): ReadonlyArray<T> => Array.from({ length: from.integer() }, read);

/** The conduct in the window in which `now` lies. */
export const movedTo = (conduct: Conduct, { now, window }: { readonly now: number; readonly window: number }): Conduct => {
  const from = Math.floor(now / window) * window;
  if (from <= conduct.from) return conduct;
  const texts = conduct.texts.filter(([time]) => time > now - window);
  return { ...conduct, from, n: 0, before: from === conduct.from + window ? conduct.n : 0, keys: nobody, texts };
};

/** How conduct is written. `shape`: what of the declaration gives meaning to it. */
export const conductSpec = (writer: ByteWriter, shape: StateSpec<Conduct>['shape']): StateSpec<Conduct> => ({
  schema: 'screen-1',
  shape,
  encode: ({ from, n, before, keys, times, texts }) => {
    writer.integer(from).integer(n).integer(before);
    writer.integer(keys.length);
    for (const hash of keys) writer.integer(hash);
    writer.integer(times.length);
    for (const time of times) writer.double(time);
    writer.integer(texts.length);
    for (const [time, signature] of texts) writer.double(time).bytes(signature);
    return writer.take();
  },
  decode: (bytes) => {
    const from = new ByteReader(bytes);
    return {
      from: from.integer(),
      n: from.integer(),
      before: from.integer(),
      keys: listOf(from, () => from.integer()),
      times: listOf(from, () => from.double()),
      texts: listOf(from, () => [from.double(), Uint8Array.from(from.bytes())] as const),
    };
  },
});
