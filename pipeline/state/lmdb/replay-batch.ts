import type { Change } from '../../core/ports/store.ts';
import { expiryBytes } from '../entry-codec.ts';
import { HashCells } from '../memory/hash-cells.ts';
import { KeyScratch, wordsFor } from '../memory/key-scratch.ts';
import { type ByteWindow, moved, windowOn } from './byte-window.ts';
import { dueHead, tagBytes, writeDueHead, writeEntryHead } from './disk-key.ts';
import { nearOrder } from './near-order.ts';

/** Numbers of a slot. */
const stride = 4;
const keyAt = 0;
const keyLengthAt = 1;
const valueAt = 2;
const valueLengthAt = 3;

/** The length of the value of a key that is gone. */
const gone = -1;

/** Bytes before each key, in which its head on disk is written; whole words, so that keys begin with one. */
const room = 12;

/** What a waiting key takes besides key and value. */
const overhead = room + 8 * stride;
const firstBytes = 256 * 1024;

/**
 * Changes of a replayed changelog that wait to be written: the last of each key, so that a batch touches each page of the file once. They
 * stand in one buffer, each key behind room for its head, so that it is handed to the disk from where it stands: as objects, a hundred
 * thousand of them cost the collector more than reading and writing them. Slots are numbered from 0 in the order of coming.
 */
export class ReplayBatch {
  readonly #scratch = new KeyScratch();
  readonly #cells = new HashCells();
  #data = Buffer.allocUnsafeSlow(firstBytes);
  #words = new Int32Array(this.#data.buffer);
  #keys = windowOn(this.#data);
  #values = windowOn(this.#data);
  /** Bytes of `data` that are taken; whole words. */
  #end = 0;
  #slots = new Int32Array(1024 * stride);

  /** How many keys wait. */
  get size(): number {
    return this.#cells.size;
  }

  /** What they take in memory, about. */
  get bytes(): number {
    return this.#end + this.size * (overhead - room);
  }

  /** Throws `RangeError` for bytes that are too short to be an entry. */
  add({ key, value }: Change): void {
    if (value !== null && value.length < expiryBytes) throw new RangeError(`an entry of ${value.length} bytes has no expiry`);
    const scratch = this.#scratch.setBytes(key);
    const found = this.#find(scratch);
    this.#setValue(found < 0 ? this.#addKey(scratch) : found, value);
  }

  /** Every slot with the hash of its key, in no order. */
  *hashes(): Iterable<readonly [slot: number, hash: number]> {
    const { numbers } = this.#cells;
    for (let at = 0; at < numbers.length; at += 2) {
      const slot = (numbers[at + 1] ?? 0) - 1;
      if (slot >= 0) yield [slot, numbers[at] ?? 0];
    }
  }

  key(slot: number): string {
    const start = this.#number(slot, keyAt);
    return this.#data.toString('utf8', start, start + this.keyLength(slot));
  }

  /** In bytes. */
  keyLength(slot: number): number {
    return this.#number(slot, keyLengthAt);
  }

  /** Bytes of the encoded entry; undefined when it is gone. */
  entryLength(slot: number): number | undefined {
    const length = this.#number(slot, valueLengthAt);
    return length === gone ? undefined : length;
  }

  /** The encoded entry of a key that is not gone. The window holds until the next call. */
  entry(slot: number): ByteWindow {
    return moved(this.#values, this.#number(slot, valueAt), this.#number(slot, valueLengthAt));
  }

  /** The expiry of the entry; Infinity if it never expires or is gone. */
  expiry(slot: number): number {
    return this.#number(slot, valueLengthAt) === gone ? Infinity : this.#data.readDoubleLE(this.#number(slot, valueAt));
  }

  /** The key of the entry on disk, for a key that is not long. The window holds until the next call. */
  entryKey(slot: number): ByteWindow {
    const start = this.#number(slot, keyAt) - tagBytes;
    writeEntryHead(this.#data, start);
    return moved(this.#keys, start, tagBytes + this.keyLength(slot));
  }

  /** The key of the reference by its expiry, which is finite, for a key that is not long. The window holds until the next call. */
  dueKey(slot: number): ByteWindow {
    const start = this.#number(slot, keyAt) - dueHead;
    writeDueHead(this.#data, start, this.expiry(slot));
    return moved(this.#keys, start, dueHead + this.keyLength(slot));
  }

  /** All slots in an order near that of their keys. */
  byKey(): Uint32Array {
    const shared = this.#sharedBytes();
    return nearOrder(Float64Array.from({ length: this.size }, (_, slot) => this.#rank(slot, shared)));
  }

  /** All slots in an order near that of their expiries. */
  byExpiry(): Uint32Array {
    return nearOrder(Float64Array.from({ length: this.size }, (_, slot) => this.expiry(slot)));
  }

  /** With how many bytes all keys begin alike. */
  #sharedBytes(): number {
    const data = this.#data;
    const first = this.#number(0, keyAt);
    let shared = this.size === 0 ? 0 : this.keyLength(0);
    for (let slot = 1; slot < this.size && shared > 0; slot++) {
      const start = this.#number(slot, keyAt);
      const end = Math.min(shared, this.keyLength(slot));
      let at = 0;
      while (at < end && data[start + at] === data[first + at]) at += 1;
      shared = at;
    }
    return shared;
  }

  /** The four bytes of a key that follow the `from`th, as a number. */
  #rank(slot: number, from: number): number {
    const start = this.#number(slot, keyAt) + from;
    const left = this.keyLength(slot) - from;
    if (left >= 4) return this.#data.readUInt32BE(start);
    let rank = 0;
    for (let at = 0; at < 4; at++) rank = rank * 256 + (at < left ? (this.#data[start + at] ?? 0) : 0);
    return rank;
  }

  #find(key: KeyScratch): number {
    const { numbers, mask } = this.#cells;
    const { hash } = key;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = (numbers[2 * at + 1] ?? 0) - 1;
      if (slot < 0 || (numbers[2 * at] === hash && this.#holds(slot, key))) return slot;
    }
  }

  #holds(slot: number, key: KeyScratch): boolean {
    if (this.keyLength(slot) !== key.length) return false;
    const start = this.#number(slot, keyAt) >>> 2;
    for (let at = 0, end = wordsFor(key.length); at < end; at++) if (this.#words[start + at] !== key.words[at]) return false;
    return true;
  }

  #addKey(key: KeyScratch): number {
    const slot = this.size;
    if (slot * stride === this.#slots.length) {
      const grown = new Int32Array(2 * this.#slots.length);
      grown.set(this.#slots);
      this.#slots = grown;
    }
    const words = wordsFor(key.length);
    const start = this.#take(room + 4 * words) + room;
    for (let at = 0; at < words; at++) this.#words[(start >>> 2) + at] = key.words[at] ?? 0;
    this.#slots[slot * stride + keyAt] = start;
    this.#slots[slot * stride + keyLengthAt] = key.length;
    this.#cells.put(key.hash, slot);
    return slot;
  }

  #setValue(slot: number, value: Buffer | null): void {
    this.#slots[slot * stride + valueLengthAt] = value === null ? gone : value.length;
    if (value === null) return;
    const start = this.#take(4 * wordsFor(value.length));
    this.#data.set(value, start);
    this.#slots[slot * stride + valueAt] = start;
  }

  /** Where so many bytes begin that nothing else stands in; whole words. */
  #take(bytes: number): number {
    const start = this.#end;
    this.#end += bytes;
    if (this.#end > this.#data.length) {
      const grown = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(this.#end)));
      this.#data.copy(grown, 0, 0, start);
      this.#data = grown;
      this.#words = new Int32Array(grown.buffer);
      this.#keys = windowOn(grown);
      this.#values = windowOn(grown);
    }
    return start;
  }

  #number(slot: number, which: number): number {
    return this.#slots[slot * stride + which] ?? 0;
  }
}
