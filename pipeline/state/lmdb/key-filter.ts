/** Bits of the filter, 2 MiB. */
const bits = 2 ** 24;
const words = bits / 32;
const mix = 0x85ebca6b;

/**
 * A Bloom filter over hashes of keys: tells of most keys that were never added that they were not, and is never wrong about that. With a
 * million keys it takes one in a hundred for one that was added. O(1), 2 MiB.
 */
export class KeyFilter {
  readonly #bits = new Int32Array(words);

  /** `hash`: 32 bits. Returns whether the key may have been added before. */
  add(hash: number): boolean {
    const isOne = this.#set(hash >>> 8);
    const isOther = this.#set(Math.imul(hash, mix) >>> 8);
    return isOne && isOther;
  }

  #set(bit: number): boolean {
    const word = bit >>> 5;
    const mask = 1 << (bit & 31);
    const before = this.#bits[word] ?? 0;
    this.#bits[word] = before | mask;
    return (before & mask) !== 0;
  }
}
