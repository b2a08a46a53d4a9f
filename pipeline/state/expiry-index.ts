import { compareKeys } from './key-order.ts';
import { MinHeap } from './min-heap.ts';

/** A key and when it expires, in ms; its owner may change that. */
export interface Due {
  readonly key: string;
  readonly expiresAt: number;
}

/** How long a stretch of time shares one bucket, in ms: long enough for few buckets a day, short enough for a bucket to be sorted in one go. */
const width = 1024;

const bucketOf = (expiresAt: number): number => Math.floor(expiresAt / width);

const compareDue = (a: Due, b: Due): number => (a.expiresAt === b.expiresAt ? compareKeys(a.key, b.key) : a.expiresAt - b.expiresAt);

/** A reference under the time that it had when it was added. */
interface Noted<T> extends Due {
  readonly entry: T;
}

/**
 * The references of one stretch of time: as they came, then, from the moment at which it begins to expire, in order. The times stand in
 * an array of their own: an object for each reference would cost more than all else.
 */
class Bucket<T extends Due> {
  #entries: T[] = [];
  #times: number[] = [];
  #isOrdered = true;
  #hasBegun = false;
  #at = 0;

  add(entry: T): void {
    const place = this.#entries.length;
    if (place > this.#at && this.#compare(place - 1, entry) > 0) {
      if (this.#hasBegun) return this.#insert(entry);
      this.#isOrdered = false;
    }
    this.#entries.push(entry);
    this.#times.push(entry.expiresAt);
  }

  /** The time of the first reference; `undefined` when all have been taken. Sorts the bucket when it is asked first. */
  get first(): number | undefined {
    this.#hasBegun = true;
    if (!this.#isOrdered) this.#sort();
    return this.#times[this.#at];
  }

  takeFirst(): T | undefined {
    this.#at += 1;
    return this.#entries[this.#at - 1];
  }

  #compare(place: number, other: Due): number {
    const time = this.#times[place] ?? 0;
    return time === other.expiresAt ? compareKeys(this.#entries[place]?.key ?? '', other.key) : time - other.expiresAt;
  }

  #sort(): void {
    const noted = this.#entries.map((entry, place): Noted<T> => ({ entry, key: entry.key, expiresAt: this.#times[place] ?? 0 }));
    noted.sort(compareDue);
    this.#entries = noted.map(({ entry }) => entry);
    this.#times = noted.map(({ expiresAt }) => expiresAt);
    this.#isOrdered = true;
  }

  #insert(entry: T): void {
    let low = this.#at;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(middle, entry) < 0) low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, entry);
    this.#times.splice(low, 0, entry.expiresAt);
  }
}

/**
 * Which entries expire when, taken out in the order (expiry, key bytes) without ever looking at what is not due.
 *
 * It keeps references: its owner adds one whenever an entry gets an expiry. One whose entry has another expiry by the time it is due is
 * stale and passed over. `add` costs O(1), `take` O(log n) amortised: references lie in buckets of about a second, a heap
 * orders the buckets, and a bucket is sorted only when it begins to expire.
 */
export class ExpiryIndex<T extends Due = Due> {
  readonly #buckets = new Map<number, Bucket<T>>();
  readonly #order = new MinHeap();
  #size = 0;
  #earliest = Infinity;
  /** The bucket that was added to last: what comes in order of time goes there again. */
  #recent: Bucket<T> | undefined;
  #recentNumber = NaN;

  /** Nothing is due before this time; something may be from then on. */
  get earliest(): number {
    return this.#earliest;
  }

  /** References held, stale ones included. */
  get size(): number {
    return this.#size;
  }

  /** The entry's `expiresAt` must be finite, or -Infinity. */
  add(entry: T): void {
    const { expiresAt } = entry;
    const number = bucketOf(expiresAt);
    const bucket = number === this.#recentNumber ? this.#recent : this.#bucket(number);
    bucket?.add(entry);
    this.#size += 1;
    if (expiresAt < this.#earliest) this.#earliest = expiresAt;
  }

  /** Takes out the first entry that is due at `asOf` (expiry <= asOf); `undefined` if none is. */
  take(asOf: number): T | undefined {
    for (let bucket = this.#due(asOf); bucket !== undefined; bucket = this.#due(asOf)) {
      const time = bucket.first;
      const entry = bucket.takeFirst();
      this.#size -= 1;
      if (entry !== undefined && entry.expiresAt === time) return entry;
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
      bucket = new Bucket();
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
      const time = bucket?.first;
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

  /** The bucket that is due first is empty. */
  #drop(): void {
    if (this.#order.least === this.#recentNumber) this.#recentNumber = NaN;
    this.#buckets.delete(this.#order.least);
    this.#order.pop();
  }
}
