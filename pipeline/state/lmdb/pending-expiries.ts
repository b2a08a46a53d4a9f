import { ExpiryIndex } from '../expiry-index.ts';
import { compareKeys } from '../key-order.ts';

/** A key and when it expires, ms. */
export interface Due {
  readonly key: string;
  readonly expiresAt: number;
}

const isBefore = (a: Due, b: Due): boolean => (a.expiresAt === b.expiresAt ? compareKeys(a.key, b.key) < 0 : a.expiresAt < b.expiresAt);

/** The expiries of staged entries, in the order (expiry, key bytes), the first of which can be looked at before it is taken. */
export class PendingExpiries {
  readonly #index = new ExpiryIndex<Due>({ compare: (a, b) => compareKeys(a.key, b.key), isStale: () => false });
  #first: Due | undefined;

  /** Nothing is due before this time; something may be from then on. */
  get earliest(): number {
    return Math.min(this.#index.earliest, this.#first?.expiresAt ?? Infinity);
  }

  /** `expiresAt`: ms; finite. */
  add(key: string, expiresAt: number): void {
    const first = this.#first;
    if (first !== undefined && isBefore({ key, expiresAt }, first)) {
      this.#index.add(first, first.expiresAt);
      this.#first = undefined;
    }
    this.#index.add({ key, expiresAt }, expiresAt);
  }

  /** The first one, if it is due at `asOf`. */
  peek(asOf: number): Due | undefined {
    this.#first ??= this.#index.take(asOf);
    return this.#first !== undefined && this.#first.expiresAt <= asOf ? this.#first : undefined;
  }

  /** Takes out what `peek` showed. */
  drop(): void {
    this.#first = undefined;
  }

  clear(): void {
    this.#index.clear();
    this.#first = undefined;
  }
}
