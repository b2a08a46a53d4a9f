import { seeded } from './seeded.ts';

/** Draws from a seed, one after the other: the same seed gives the same row of them. */
export class Draw {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  /** From 0 up to 1. */
  unit(): number {
    return this.#random();
  }

  /** True in so large a share of all cases. */
  chance(share: number): boolean {
    return this.#random() < share;
  }

  /** A whole number in [low, high]. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.#random() * (high - low + 1));
  }

  /** A whole number in [low, high], small ones as likely as large ones. */
  magnitude(low: number, high: number): number {
    return Math.floor(low * ((high + 1) / low) ** this.#random());
  }

  pick<T>(items: readonly [T, ...ReadonlyArray<T>]): T {
    return items[this.whole(0, items.length - 1)] ?? items[0];
  }

  shuffled<T>(items: ReadonlyArray<T>): ReadonlyArray<T> {
    return items
      .map((item) => [this.#random(), item] as const)
      .sort(([a], [b]) => a - b)
      .map(([, item]) => item);
  }
}
