import { compareKeys } from './key-order.ts';
import { MinHeap } from './min-heap.ts';

/** A key and when it was to expire. */
export interface Due {
  readonly key: string;
  readonly expiresAt: number;
}

/** How long a stretch of time shares one bucket, in ms: long enough for few buckets a day, short enough for a bucket to be sorted in one go. */
const width = 1024;

const bucketOf = (expiresAt: number): number => Math.floor(expiresAt / width);

const compareDue = (a: Due, b: Due): number => (a.expiresAt === b.expiresAt ? compareKeys(a.key, b.key) : a.expiresAt - b.expiresAt);

/** The references of one stretch of time: as they came, then, from the moment at which it begins to expire, in order. */
class Bucket {
  readonly #keys: string[] = [];
  readonly #times: number[] = [];
  #ordered: Due[] | undefined;
  #at = 0;

  add(key: string, expiresAt: number): void {
    if (this.#ordered === undefined) {
      this.#keys.push(key);
      this.#times.push(expiresAt);
    } else this.#insert(this.#ordered, { key, expiresAt });
  }

  /** The first reference; `undefined` when all have been taken. Sorts the bucket when it is asked first. */
  get first(): Due | undefined {
    this.#ordered ??= this.#sorted();
    return this.#ordered[this.#at];
  }

  takeFirst(): void {
    this.#at += 1;
  }

  #sorted(): Due[] {
    const ordered = this.#keys.map((key, at) => ({ key, expiresAt: this.#times[at] ?? 0 })).sort(compareDue);
    this.#keys.length = 0;
    this.#times.length = 0;
    return ordered;
  }

  #insert(ordered: Due[], due: Due): void {
    let low = this.#at;
    let high = ordered.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const found = ordered[middle];
      if (found !== undefined && compareDue(found, due) < 0) low = middle + 1;
      else high = middle;
    }
    ordered.splice(low, 0, due);
  }
}

/**
 * Which keys expire when, taken out in the order (expiry, key bytes) without ever looking at what is not due.
 *
 * It keeps references, not entries: its owner adds one whenever a key gets an expiry and recognises by the expiry, when a reference is
 * taken, that it is stale. `add` costs O(1), `take` O(log n) amortised: references lie in buckets of about a second, a heap
 * orders the buckets, and a bucket is sorted only when it begins to expire.
 */
export class ExpiryIndex {
  readonly #buckets = new Map<number, Bucket>();
  readonly #order = new MinHeap();
  #size = 0;
  #earliest = Infinity;

  /** Nothing is due before this time; something may be from then on. */
  get earliest(): number {
    return this.#earliest;
  }

  /** References held, stale ones included. */
  get size(): number {
    return this.#size;
  }

  /** `expiresAt`: ms; finite. */
  add(key: string, expiresAt: number): void {
    const number = bucketOf(expiresAt);
    let bucket = this.#buckets.get(number);
    if (bucket === undefined) {
      bucket = new Bucket();
      this.#buckets.set(number, bucket);
      this.#order.push(number);
    }
    bucket.add(key, expiresAt);
    this.#size += 1;
    if (expiresAt < this.#earliest) this.#earliest = expiresAt;
  }

  /** Takes out the first reference that is due at `asOf` (expiry <= asOf); `undefined` if none is. */
  take(asOf: number): Due | undefined {
    while (this.#buckets.size > 0 && this.#order.least * width <= asOf) {
      const bucket = this.#buckets.get(this.#order.least);
      const due = bucket?.first;
      if (bucket !== undefined && due !== undefined) return this.#takeFrom(bucket, due, asOf);
      this.#buckets.delete(this.#order.least);
      this.#order.pop();
    }
    this.#earliest = this.#order.least * width;
    return undefined;
  }

  clear(): void {
    this.#buckets.clear();
    this.#order.clear();
    this.#size = 0;
    this.#earliest = Infinity;
  }

  #takeFrom(bucket: Bucket, due: Due, asOf: number): Due | undefined {
    if (due.expiresAt > asOf) {
      this.#earliest = due.expiresAt;
      return undefined;
    }
    bucket.takeFirst();
    this.#size -= 1;
    return due;
  }
}
