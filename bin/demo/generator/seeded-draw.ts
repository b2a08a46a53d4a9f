import { createHash } from 'node:crypto';

/** Draws that depend on the seed and on their name only, never on the order in which they are made. */
export interface SeededDraw {
  /** Evenly in [0, 1). */
  readonly unit: (name: string) => number;
  /** True in `share` of all names. */
  readonly chance: (name: string, share: number) => boolean;
  /** An integer in [low, high), evenly. */
  readonly between: (name: string, low: number, high: number) => number;
  /** An integer in [low, high), evenly by order of magnitude; `low` is at least 1. */
  readonly spread: (name: string, low: number, high: number) => number;
  /** One of the items, evenly. Throws `RangeError` on an empty list. */
  readonly pick: <T>(name: string, items: ReadonlyArray<T>) => T;
}

/** Draws for one seed: the same seed and name give the same draw on every machine. */
export const seededDraw = (seed: number): SeededDraw => {
  const unit = (name: string): number => createHash('sha1').update(`${seed}/${name}`).digest().readUIntBE(0, 6) / 2 ** 48;
  const between = (name: string, low: number, high: number): number => Math.floor(low + unit(name) * (high - low));
  return {
    unit,
    between,
    chance: (name, share) => unit(name) < share,
    spread: (name, low, high) => Math.floor(low * (high / low) ** unit(name)),
    pick: (name, items) => {
      const item = items[between(name, 0, items.length)];
      if (item === undefined) throw new RangeError(`nothing to pick from for ${name}`);
      return item;
    },
  };
};
