import type { StateStore } from '../../../pipeline/core/ports/store.ts';

/** A store whose publishing and closing take time, as they do on a disk. */
export const slowStore = <V>(store: StateStore<V>, pause: () => Promise<void>): StateStore<V> => ({
  get: (key) => store.get(key),
  put: (key, value, expiresAt) => store.put(key, value, expiresAt),
  delete: (key) => store.delete(key),
  scan: (prefix) => store.scan(prefix),
  expire: (asOf, visit) => store.expire(asOf, visit),
  changes: () => store.changes(),
  discard: () => store.discard(),
  restore: (change) => store.restore(change),
  clear: () => store.clear(),
  position: () => store.position(),
  size: () => store.size(),
  publish: async (position) => {
    await pause();
    await store.publish(position);
  },
  close: async () => {
    await pause();
    await store.close();
  },
});
