const atFirst = 256;

/**
 * Which hash has which slots: open addressing with linear probing. Hash and slot stand side by side, so that most look-ups of what is not
 * there touch one cache line. Removing moves later cells back, so there are no tombstones. Half of the cells at least are empty;
 * growing costs O(cells), amortised O(1).
 */
export class HashCells {
  /** Of each cell the hash and the slot + 1, which is 0 in an empty one. A look-up walks from cell `hash & mask` on to the first empty one. */
  numbers = new Int32Array(atFirst);
  mask = atFirst / 2 - 1;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  put(hash: number, slot: number): void {
    if (2 * this.#size >= this.mask) this.#grow();
    this.#size += 1;
    this.#place(hash, slot);
  }

  /** Empties the cell of a slot that is there and moves back those behind it that it had pushed on. */
  remove(hash: number, slot: number): void {
    const { numbers, mask } = this;
    let hole = hash & mask;
    while (numbers[2 * hole + 1] !== slot + 1) hole = (hole + 1) & mask;
    for (let at = (hole + 1) & mask; numbers[2 * at + 1] !== 0; at = (at + 1) & mask) {
      const pushedBy = (at - (numbers[2 * at] ?? 0)) & mask;
      if (pushedBy < ((at - hole) & mask)) continue;
      numbers[2 * hole] = numbers[2 * at] ?? 0;
      numbers[2 * hole + 1] = numbers[2 * at + 1] ?? 0;
      hole = at;
    }
    numbers[2 * hole] = 0;
    numbers[2 * hole + 1] = 0;
    this.#size -= 1;
  }

  clear(): void {
    this.numbers = new Int32Array(atFirst);
    this.mask = atFirst / 2 - 1;
    this.#size = 0;
  }

  #place(hash: number, slot: number): void {
    const { numbers, mask } = this;
    let at = hash & mask;
    while (numbers[2 * at + 1] !== 0) at = (at + 1) & mask;
    numbers[2 * at] = hash;
    numbers[2 * at + 1] = slot + 1;
  }

  #grow(): void {
    const before = this.numbers;
    this.numbers = new Int32Array(before.length * 2);
    this.mask = before.length - 1;
    for (let at = 0; at < before.length; at += 2) {
      const slot = (before[at + 1] ?? 0) - 1;
      if (slot >= 0) this.#place(before[at] ?? 0, slot);
    }
  }
}
