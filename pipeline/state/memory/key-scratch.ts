const encoder = new TextEncoder();

const mix = 0x9e3779b1;
const finish = 0x85ebca6b;

/** How many 32-bit words hold so many bytes. */
export const wordsFor = (bytes: number): number => (bytes + 3) >>> 2;

/**
 * The key in hand as UTF-8, padded with zeros to whole words, with its hash. One is filled again and again, so that no key that is
 * looked up makes an object.
 */
export class KeyScratch {
  #bytes = new Uint8Array(1024);
  #words = new Int32Array(this.#bytes.buffer);
  #length = 0;
  #hash = 0;

  /** Whole words; those past `length` are not of this key. */
  get words(): Int32Array {
    return this.#words;
  }

  /** In bytes. */
  get length(): number {
    return this.#length;
  }

  /** 32 bits of all of its bytes, signed. */
  get hash(): number {
    return this.#hash;
  }

  set(key: string): this {
    this.#reserve(key.length * 3 + 4);
    return this.#close(encoder.encodeInto(key, this.#bytes).written);
  }

  setBytes(key: Uint8Array): this {
    this.#reserve(key.length + 4);
    this.#bytes.set(key);
    return this.#close(key.length);
  }

  #close(length: number): this {
    const bytes = this.#bytes;
    bytes[length] = bytes[length + 1] = bytes[length + 2] = 0;
    const words = this.#words;
    let hash = length;
    for (let at = 0, end = wordsFor(length); at < end; at++) {
      hash = Math.imul(hash ^ (words[at] ?? 0), mix);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash, finish);
    this.#hash = hash ^ (hash >>> 13);
    this.#length = length;
    return this;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#bytes.length) return;
    this.#bytes = new Uint8Array(2 ** Math.ceil(Math.log2(bytes)));
    this.#words = new Int32Array(this.#bytes.buffer);
  }
}
