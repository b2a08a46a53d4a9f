/** A binary heap of numbers, the least first. `push` and `pop` cost O(log n). */
export class MinHeap {
  readonly #numbers: number[] = [];

  /** The least number; `Infinity` if there is none. */
  get least(): number {
    return this.#numbers[0] ?? Infinity;
  }

  push(number: number): void {
    const numbers = this.#numbers;
    let at = numbers.length;
    numbers.push(number);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = numbers[parent] ?? -Infinity;
      if (above <= number) break;
      numbers[at] = above;
      at = parent;
    }
    numbers[at] = number;
  }

  /** Takes the least number out. */
  pop(): void {
    const last = this.#numbers.pop();
    if (last !== undefined && this.#numbers.length > 0) this.#sink(last);
  }

  clear(): void {
    this.#numbers.length = 0;
  }

  #sink(number: number): void {
    const numbers = this.#numbers;
    let at = 0;
    for (;;) {
      const child = this.#lesserChild(at);
      const below = numbers[child] ?? Infinity;
      if (below >= number) break;
      numbers[at] = below;
      at = child;
    }
    numbers[at] = number;
  }

  #lesserChild(at: number): number {
    const left = 2 * at + 1;
    return (this.#numbers[left + 1] ?? Infinity) < (this.#numbers[left] ?? Infinity) ? left + 1 : left;
  }
}
