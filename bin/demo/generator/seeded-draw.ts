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

const mixed = (hash: number, other: number): number =>
  Math.imul(hash ^ (hash >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909);

/** cyrb53 by bryc (public domain): 53 well mixed bits of a text and a seed. A cryptographic hash took half of the generator's time. */
const hash53 = (text: string, seed: number): number => {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  const first = mixed(high, low);
  const second = mixed(low, first);
  return 4294967296 * (2097151 & second) + (first >>> 0);
};

/** Draws for one seed, an integer: the same seed and name give the same draw. */
export const seededDraw = (seed: number): SeededDraw => {
  const unit = (name: string): number => hash53(name, seed) / 2 ** 53;
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
