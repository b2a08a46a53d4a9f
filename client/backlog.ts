import { bodyBytes, type Entry } from './entry.ts';
import type { BufferLimits } from './settings.ts';

/** How much of a backlog makes a request. */
interface Room {
  readonly items: number;
  readonly bytes: number;
}

/** Bytes of the items of entries. */
export const sumOf = (entries: ReadonlyArray<Entry>): number => entries.reduce((sum, { bytes }) => sum + bytes, 0);

/** How many of the first entries fit into a request; at least one, however large. */
const countFitting = (entries: ReadonlyArray<Entry>, { items, bytes }: Room): number => {
  let sum = 0;
  const over = entries.slice(0, items).findIndex((entry, at) => {
    sum += entry.bytes;
    return at > 0 && bodyBytes(at + 1, sum) > bytes;
  });
  return over < 0 ? Math.min(entries.length, items) : over;
};

/** Splits entries into runs of which each fits into a request. */
export const runsOf = (entries: ReadonlyArray<Entry>, room: Room): ReadonlyArray<ReadonlyArray<Entry>> => {
  const runs: Entry[][] = [];
  for (let at = 0; at < entries.length; at += runs.at(-1)?.length ?? 1) {
    runs.push(entries.slice(at, at + countFitting(entries.slice(at), room)));
  }
  return runs;
};

/** The entries that have no answer yet, in their order: those that are under way, then those that wait. Bounded in number and in bytes. */
export class Backlog {
  readonly #limits: BufferLimits;
  #underWay: ReadonlyArray<Entry> = [];
  #waiting: Entry[] = [];
  #waitingBytes = 0;
  #underWayBytes = 0;

  constructor(limits: BufferLimits) {
    this.#limits = limits;
  }

  get first(): Entry | undefined {
    return this.#waiting[0];
  }

  get unanswered(): ReadonlyArray<Entry> {
    return [...this.#underWay, ...this.#waiting];
  }

  get size(): number {
    return this.#underWay.length + this.#waiting.length;
  }

  /** Whether what waits makes a full request. */
  fills({ items, bytes }: Room): boolean {
    const count = this.#waiting.length;
    return count >= items || bodyBytes(count, this.#waitingBytes) >= bytes;
  }

  /** Adds an entry and returns those that gave way: it itself, or the oldest ones. */
  add(entry: Entry): ReadonlyArray<Entry> {
    if (this.#limits.whenFull === 'refuse' && !this.#hasRoomFor(entry)) return [entry];
    const dropped: Entry[] = [];
    while (!this.#hasRoomFor(entry)) {
      const oldest = this.#waiting.shift();
      if (oldest === undefined) return [...dropped, entry];
      this.#waitingBytes -= oldest.bytes;
      dropped.push(oldest);
    }
    this.#waiting.push(entry);
    this.#waitingBytes += entry.bytes;
    return dropped;
  }

  /** Takes the entries of the next request. They are under way until `putBack`. */
  take(room: Room): ReadonlyArray<Entry> {
    this.#underWay = this.#waiting.splice(0, countFitting(this.#waiting, room));
    this.#underWayBytes = sumOf(this.#underWay);
    this.#waitingBytes -= this.#underWayBytes;
    return this.#underWay;
  }

  /** Ends what is under way. The entries that are to be tried again wait at the head. */
  putBack(again: ReadonlyArray<Entry>): void {
    this.#underWay = [];
    this.#underWayBytes = 0;
    this.#waiting.unshift(...again);
    this.#waitingBytes += sumOf(again);
  }

  /** Takes out everything. */
  clear(): ReadonlyArray<Entry> {
    const all = this.unanswered;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.putBack([]);
    return all;
  }

  #hasRoomFor(entry: Entry): boolean {
    const { items, bytes } = this.#limits;
    return this.size < items && this.#waitingBytes + this.#underWayBytes + entry.bytes <= bytes;
  }
}
