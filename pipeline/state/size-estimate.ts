/** After this many entries older ones count half, so that the mean follows values that change in size. */
const horizon = 100_000;

/** The mean encoded size of an entry, learnt from those that were encoded or read back. */
export class SizeEstimate {
  #bytes = 0;
  #entries = 0;

  /** Encoded bytes of a mean entry, its key included; 0 before any was seen. */
  get perEntry(): number {
    return this.#entries === 0 ? 0 : this.#bytes / this.#entries;
  }

  add(bytes: number): void {
    if (this.#entries >= horizon) {
      this.#entries /= 2;
      this.#bytes /= 2;
    }
    this.#bytes += bytes;
    this.#entries += 1;
  }
}
