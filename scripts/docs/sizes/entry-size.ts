import { setImmediate as nextTurn } from 'node:timers/promises';
import { encodeEntry } from '../../../pipeline/state/entry-codec.ts';
import { memoryStore } from '../../../pipeline/state/memory-store.ts';
import type { RealState } from './real-state.ts';

/** Mean sizes of entries, in bytes. */
export interface EntrySize {
  /** Of the key, in UTF-8. */
  readonly key: number;
  /** Of the changelog's value: the expiry and the encoded entry. */
  readonly value: number;
}

const mean = (sizes: ReadonlyArray<number>): number => sizes.reduce((sum, size) => sum + size, 0) / sizes.length;

/** What an entry takes in the changelog, without Kafka's own overhead. */
export const entrySize = ({ spec, entries }: RealState): EntrySize => ({
  key: mean(entries.map(([key]) => Buffer.byteLength(key))),
  value: mean(entries.map(([, value]) => encodeEntry(spec, { value, expiresAt: 0 }).length)),
});

const copies = 100_000;

/** Bytes in use once all that is not referred to is gone: buffers are freed some time after they were collected. */
const bytesInUse = async (): Promise<number> => {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('run this with node --expose-gc');
  for (let round = 0; round < 4; round += 1) {
    gc();
    await nextTurn();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

/** What an entry takes in a store in memory, its index included: needs `node --expose-gc`. */
export const sizeInMemory = async ({ spec, entries }: RealState): Promise<number> => {
  const bodies = entries.map(([key, value]) => [key, spec.encode(value)] as const);
  const store = memoryStore(spec, { node: 'measured' });
  const before = await bytesInUse();
  for (let copy = 0; copy < copies; copy += 1) {
    const [key, body] = bodies[copy % bodies.length] ?? ['', Buffer.alloc(0)];
    store.restore({
      key: Buffer.from(`${key.slice(0, -6)}${String(copy).padStart(6, '0')}`),
      value: Buffer.concat([Buffer.alloc(8, 1), body]),
    });
  }
  const after = await bytesInUse();
  if (store.size().entries !== copies) throw new Error('the keys of the copies are not distinct');
  return (after - before) / copies;
};
