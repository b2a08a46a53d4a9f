import { setTimeout as pause } from 'node:timers/promises';

interface Patience {
  /** After how many ms to give up; 10,000 if left out. */
  readonly within?: number;
  /** How many ms lie between two looks; 20 if left out. */
  readonly every?: number;
}

/** Looks until `look` gives something else than `undefined` or `false`, and resolves to that. Throws, naming `what`, past the deadline. */
export const until = async <T>(
  what: string,
  look: () => T | Promise<T>,
  { within = 10_000, every = 20 }: Patience = {},
): Promise<Exclude<T, undefined | false>> => {
  const deadline = Date.now() + within;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen as Exclude<T, undefined | false>;
    if (Date.now() > deadline) throw new Error(`waited ${within} ms in vain until ${what}`);
    await pause(every);
  }
};
