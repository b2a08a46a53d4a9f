import { MinHeap } from './min-heap.ts';

/** What an index must know of the references in it. */
export interface References<T> {
  /** Orders two that have the same expiry, by their key bytes. */
  compare(a: T, b: T): number;
  /** Whether a reference that was added under this expiry means nothing any more. */
  isStale(reference: T, expiresAt: number): boolean;
}

/** How long a stretch of time shares one bucket, in ms: long enough for few buckets a day, short enough for a bucket to be sorted in one go. */
const width = 1024;

const bucketOf = (expiresAt: number): number => Math.floor(expiresAt / width);

/** A reference under the time that it had when it was added. */
interface Noted<T> {
  readonly reference: T;
  readonly expiresAt: number;
}

/**
 * The references of one stretch of time: as they came, then, from the moment at which it begins to expire, in order. The times stand in
 * an array of their own: an object for each reference would cost more than all else.
 */
class Bucket<T> {
  readonly #of: References<T>;
  #references: T[] = [];
  #times: number[] = [];
  #isOrdered = true;
  #hasBegun = false;
  #at = 0;

  constructor(of: References<T>) {
    this.#of = of;
  }

  /** Returns by how many references it has grown: stale ones may have gone. */
  add(reference: T, expiresAt: number): number {
    const last = this.#times.length - 1;
    const isLast = last < this.#at || (this.#times[last] ?? 0) < expiresAt;
    if (!isLast && this.#hasBegun) return this.#insert(reference, expiresAt);
    if (!isLast) this.#isOrdered = false;
    this.#references.push(reference);
    this.#times.push(expiresAt);
    return 1;
  }

  get length(): number {
    return this.#times.length - this.#at;
  }

  /** The time of the first reference; `undefined` when all have been taken. Sorts the bucket when it is asked first. */
  get first(): number | undefined {
    this.#hasBegun = true;
    if (!this.#isOrdered) this.#order();
    return this.#times[this.#at];
  }

  takeFirst(): T | undefined {
    this.#at += 1;
    return this.#references[this.#at - 1];
  }

  #order(): void {
    const noted = this.#current();
    noted.sort((a, b) => this.#compare(a, b));
    this.#keep(noted);
    this.#isOrdered = true;
  }

  /** What is stale has no key to compare any more, so it goes first. O(bucket), as making room for the new one is. */
  #insert(reference: T, expiresAt: number): number {
    const before = this.length;
    const noted = this.#current();
    const one = { reference, expiresAt };
    let low = 0;
    let high = noted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = noted[middle];
      if (other !== undefined && this.#compare(other, one) < 0) low = middle + 1;
      else high = middle;
    }
    noted.splice(low, 0, one);
    this.#keep(noted);
    return this.length - before;
  }

  #compare(a: Noted<T>, b: Noted<T>): number {
    return a.expiresAt === b.expiresAt ? this.#of.compare(a.reference, b.reference) : a.expiresAt - b.expiresAt;
  }

  /** The references that have not been taken and are not stale. */
  #current(): Noted<T>[] {
    const noted: Noted<T>[] = [];
    for (const [place, reference] of this.#references.entries()) {
      const expiresAt = this.#times[place] ?? 0;
      if (place >= this.#at && !this.#of.isStale(reference, expiresAt)) noted.push({ reference, expiresAt });
    }
    return noted;
  }

  #keep(noted: ReadonlyArray<Noted<T>>): void {
    this.#references = noted.map(({ reference }) => reference);
    this.#times = noted.map(({ expiresAt }) => expiresAt);
    this.#at = 0;
  }
}

/**
 * Which entries expire when, taken out in the order (expiry, key bytes) without ever looking at what is not due.
 *
 * It keeps references: its owner adds one whenever an entry gets an expiry, and says which of them mean nothing any more by the time
 * they are due. `add` costs O(1), `take` O(log n) amortised: references lie in buckets of about a second, a heap orders the buckets, and
 * a bucket is sorted only when it begins to expire.
 */
export class ExpiryIndex<T> {
  readonly #of: References<T>;
  readonly #buckets = new Map<number, Bucket<T>>();
  readonly #order = new MinHeap();
  #size = 0;
  #earliest = Infinity;
  /** The bucket that was added to last: what comes in order of time goes there again. */
  #recent: Bucket<T> | undefined;
  #recentNumber = NaN;

  constructor(of: References<T>) {
    this.#of = of;
  }

  /** Nothing is due before this time; something may be from then on. */
  get earliest(): number {
    return this.#earliest;
  }

  /** References held, stale ones included. */
  get size(): number {
    return this.#size;
  }

  /** `expiresAt`: finite, or -Infinity. */
  add(reference: T, expiresAt: number): void {
    const number = bucketOf(expiresAt);
    const bucket = number === this.#recentNumber ? this.#recent : this.#bucket(number);
    this.#size += bucket?.add(reference, expiresAt) ?? 0;
    if (expiresAt < this.#earliest) this.#earliest = expiresAt;
  }

  /** Takes out the first reference that is due at `asOf` (expiry <= asOf); `undefined` if none is. */
  take(asOf: number): T | undefined {
    for (let bucket = this.#due(asOf); bucket !== undefined; bucket = this.#due(asOf)) {
      const time = bucket.first ?? 0;
      const reference = bucket.takeFirst();
      this.#size -= 1;
      if (reference !== undefined && !this.#of.isStale(reference, time)) return reference;
    }
    return undefined;
  }

  clear(): void {
    this.#buckets.clear();
    this.#order.clear();
    this.#size = 0;
    this.#earliest = Infinity;
    this.#recentNumber = NaN;
    this.#recent = undefined;
  }

  #bucket(number: number): Bucket<T> {
    let bucket = this.#buckets.get(number);
    if (bucket === undefined) {
      bucket = new Bucket(this.#of);
      this.#buckets.set(number, bucket);
      this.#order.push(number);
    }
    this.#recentNumber = number;
    this.#recent = bucket;
    return bucket;
  }

  /** The bucket whose first reference is due; if there is none, `earliest` is known exactly from here on. */
  #due(asOf: number): Bucket<T> | undefined {
    while (this.#buckets.size > 0 && this.#order.least * width <= asOf) {
      const bucket = this.#buckets.get(this.#order.least);
      const time = this.#firstOf(bucket);
      if (time === undefined) this.#drop();
      else if (time <= asOf) return bucket;
      else {
        this.#earliest = time;
        return undefined;
      }
    }
    this.#earliest = this.#order.least * width;
    return undefined;
  }

  /** The time of a bucket's first reference. The bucket loses what is stale when it is put in order. */
  #firstOf(bucket: Bucket<T> | undefined): number | undefined {
    const before = bucket?.length ?? 0;
    const first = bucket?.first;
    this.#size -= before - (bucket?.length ?? 0);
    return first;
  }

  /** The bucket that is due first is empty. */
  #drop(): void {
    if (this.#order.least === this.#recentNumber) this.#recentNumber = NaN;
    this.#buckets.delete(this.#order.least);
    this.#order.pop();
  }
}
