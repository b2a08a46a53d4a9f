import type { BlockMemory } from './block-memory.ts';
import { HashCells } from './hash-cells.ts';
import { type KeyScratch, wordsFor } from './key-scratch.ts';

/** Numbers of a slot. */
const stride = 8;
const hashAt = 0;
const keyAt = 1;
const keyLengthAt = 2;
const valueAt = 3;
const valueLengthAt = 4;
const stagedAt = 5;
const stampAt = 6;
const recentAt = 7;

/** Entries that a table can hold. */
export const mostSlots = 2 ** 26;

/** Up to this many bytes, copying one by one is faster than asking Node to. */
const shortRun = 96;

const free = -2;

/**
 * The entries of a store: each has a slot, which has its key and its value in blocks of `memory`. `staged` is its place among those touched in
 * this stage, -1 if it was not, and `stamp` the number of its last reference in the expiry index, 0 if it has none. Slots are numbers outside
 * the collector's heap; growing costs O(slots), amortised O(1).
 */
export class SlotTable {
  readonly #memory: BlockMemory;
  #slots = new Int32Array(64 * stride);
  readonly #cells = new HashCells();
  #begun = 0;
  readonly #free: number[] = [];

  constructor(memory: BlockMemory) {
    this.#memory = memory;
  }

  /** Slots that have a key. */
  get size(): number {
    return this.#cells.size;
  }

  /** All slots are below this number. */
  get end(): number {
    return this.#begun;
  }

  isUsed(slot: number): boolean {
    return this.#slots[slot * stride + stagedAt] !== free;
  }

  /** The slot of a key, -1 if it has none. */
  find(key: KeyScratch): number {
    const { numbers, mask } = this.#cells;
    const { hash } = key;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = (numbers[2 * at + 1] ?? 0) - 1;
      if (slot < 0) return -1;
      if (numbers[2 * at] === hash && this.#holds(slot, key)) return slot;
    }
  }

  /** A slot for a key that has none, with no value and not staged. */
  add(key: KeyScratch): number {
    const slot = this.#free.pop() ?? this.#begin();
    const block = this.#memory.allocate(wordsFor(key.length));
    const words = this.#memory.words(block);
    const place = this.#memory.place(block);
    for (let at = 0, end = wordsFor(key.length); at < end; at++) words[place + at] = key.words[at] ?? 0;
    const slots = this.#slots;
    const base = slot * stride;
    slots[base + hashAt] = key.hash;
    slots[base + keyAt] = block;
    slots[base + keyLengthAt] = key.length;
    slots[base + valueAt] = 0;
    slots[base + valueLengthAt] = 0;
    slots[base + stagedAt] = -1;
    this.#cells.put(key.hash, slot);
    return slot;
  }

  /** Frees a slot and its blocks. */
  remove(slot: number): void {
    const base = slot * stride;
    this.#cells.remove(this.#slots[base + hashAt] ?? 0, slot);
    this.#memory.free(this.#slots[base + keyAt] ?? 0, wordsFor(this.keyLength(slot)));
    if (this.hasValue(slot)) this.#memory.free(this.#slots[base + valueAt] ?? 0, wordsFor(this.#slots[base + valueLengthAt] ?? 0));
    this.#slots[base + stagedAt] = free;
    this.#slots[base + stampAt] = 0;
    this.#free.push(slot);
  }

  keyLength(slot: number): number {
    return this.#slots[slot * stride + keyLengthAt] ?? 0;
  }

  /** A copy of the key's bytes. */
  keyBytes(slot: number): Buffer {
    return this.#copy(this.#slots[slot * stride + keyAt] ?? 0, 0, this.keyLength(slot));
  }

  /** Orders two slots by the bytes of their keys. */
  compare(one: number, other: number): number {
    const a = this.#slots[one * stride + keyAt] ?? 0;
    const b = this.#slots[other * stride + keyAt] ?? 0;
    const start = 4 * this.#memory.place(a);
    const against = 4 * this.#memory.place(b);
    const [end, until] = [start + this.keyLength(one), against + this.keyLength(other)];
    return this.#memory.bytes(a).compare(this.#memory.bytes(b), against, until, start, end);
  }

  key(slot: number): string {
    const block = this.#slots[slot * stride + keyAt] ?? 0;
    const start = 4 * this.#memory.place(block);
    return this.#memory.bytes(block).toString('utf8', start, start + this.keyLength(slot));
  }

  /** Whether a value was published for it. */
  hasValue(slot: number): boolean {
    return this.#slots[slot * stride + valueAt] !== 0;
  }

  /** The expiry with which its value begins, ms of stream time. */
  expiry(slot: number): number {
    const block = this.#slots[slot * stride + valueAt] ?? 0;
    return this.#memory.bytes(block).readDoubleLE(4 * this.#memory.place(block));
  }

  /** A copy of the value's bytes from the `from`th on. */
  valueBytes(slot: number, from: number): Buffer {
    return this.#copy(this.#slots[slot * stride + valueAt] ?? 0, from, this.#slots[slot * stride + valueLengthAt] ?? 0);
  }

  setValue(slot: number, value: Uint8Array): void {
    const base = slot * stride;
    const memory = this.#memory;
    let block = this.#slots[base + valueAt] ?? 0;
    const before = wordsFor(this.#slots[base + valueLengthAt] ?? 0);
    const words = wordsFor(value.length);
    if (block === 0 || !memory.fits(before, words)) {
      if (block !== 0) memory.free(block, before);
      block = memory.allocate(words);
      this.#slots[base + valueAt] = block;
    }
    this.#slots[base + valueLengthAt] = value.length;
    memory.bytes(block).set(value, 4 * memory.place(block));
  }

  staged(slot: number): number {
    return this.#slots[slot * stride + stagedAt] ?? -1;
  }

  setStaged(slot: number, staged: number): void {
    this.#slots[slot * stride + stagedAt] = staged;
  }

  stamp(slot: number): number {
    return this.#slots[slot * stride + stampAt] ?? 0;
  }

  setStamp(slot: number, stamp: number): void {
    this.#slots[slot * stride + stampAt] = stamp;
  }

  /** Where its value may stand among the recent ones. */
  recent(slot: number): number {
    return this.#slots[slot * stride + recentAt] ?? 0;
  }

  setRecent(slot: number, place: number): void {
    this.#slots[slot * stride + recentAt] = place;
  }

  clear(): void {
    this.#slots = new Int32Array(64 * stride);
    this.#cells.clear();
    this.#begun = 0;
    this.#free.length = 0;
    this.#memory.clear();
  }

  #copy(block: number, from: number, to: number): Buffer {
    const copy = Buffer.allocUnsafe(to - from);
    const bytes = this.#memory.bytes(block);
    const start = 4 * this.#memory.place(block);
    if (to - from > shortRun) bytes.copy(copy, 0, start + from, start + to);
    else for (let at = from; at < to; at++) copy[at - from] = bytes[start + at] ?? 0;
    return copy;
  }

  #holds(slot: number, key: KeyScratch): boolean {
    const base = slot * stride;
    if (this.#slots[base + keyLengthAt] !== key.length) return false;
    const block = this.#slots[base + keyAt] ?? 0;
    const words = this.#memory.words(block);
    const place = this.#memory.place(block);
    const wanted = key.words;
    for (let at = 0, end = wordsFor(key.length); at < end; at++) if (words[place + at] !== wanted[at]) return false;
    return true;
  }

  #begin(): number {
    const slot = this.#begun;
    if (slot * stride === this.#slots.length) {
      const grown = new Int32Array(this.#slots.length * 2);
      grown.set(this.#slots);
      this.#slots = grown;
    }
    this.#begun += 1;
    this.#slots[slot * stride + stampAt] = 0;
    return slot;
  }
}
