import type { Store } from '../../core/ports/store.ts';

/** A store that can be looked into only, as long as `isReading`: nothing is written, and nothing expires. What was expired stays for the next look. */
export const readingWhile = (store: Store<unknown>, isReading: () => boolean): Store<unknown> => ({
  get: (key) => store.get(key),
  scan: (prefix) => store.scan(prefix),
  put: (key, value, expiresAt) => {
    if (!isReading()) store.put(key, value, expiresAt);
  },
  delete: (key) => {
    if (!isReading()) store.delete(key);
  },
  expire: (asOf, visit) => {
    if (!isReading()) store.expire(asOf, visit);
  },
});
