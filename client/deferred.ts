import type { Platform } from './platform.ts';

/** Work that is put off. */
export interface Deferred<T> {
  add(item: T): void;
  /** Does at once what is put off. */
  run(): void;
}

/** Puts `work` off, in order, to one timer for all that was added since the last. */
export const deferred = <T>(platform: Platform, work: (item: T) => void): Deferred<T> => {
  let items: T[] = [];
  const run = (): void => {
    const due = items;
    items = [];
    for (const item of due) work(item);
  };
  return {
    add: (item) => {
      if (items.push(item) === 1) platform.after(0, run);
    },
    run,
  };
};
