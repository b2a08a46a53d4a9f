/** What is lost when `a + b` is rounded to `sum` (Knuth's TwoSum); exact whatever the magnitudes. */
export const additionError = (a: number, b: number, sum: number): number => {
  const part = sum - a;
  return a - (sum - part) + (b - part);
};

/** Half way between two doubles, what follows decides: `high` moves on by `twice` if that is exactly the next double. */
const nudged = (high: number, twice: number): number => {
  const next = high + twice;
  return twice === next - high ? next : high;
};

/**
 * An exact sum as doubles of increasing magnitude that do not overlap and are not zero: as many as it takes.
 *
 * J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic", 1997, in the form of Python's `math.fsum`.
 */
export class Expansion {
  #parts = new Float64Array(8);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The i-th part, the smallest first; 0 where there is none. */
  at(i: number): number {
    return i < this.#size ? (this.#parts[i] ?? 0) : 0;
  }

  add(x: number): void {
    if (this.#size === this.#parts.length) this.#widen();
    const parts = this.#parts;
    let carry = x;
    let kept = 0;
    for (let i = 0; i < this.#size; i++) {
      const part = parts[i] ?? 0;
      const sum = part + carry;
      const error = additionError(part, carry, sum);
      if (error !== 0) parts[kept++] = error;
      carry = sum;
    }
    if (carry !== 0) parts[kept++] = carry;
    this.#size = kept;
  }

  copy(): Expansion {
    const copy = new Expansion();
    copy.#parts = this.#parts.slice();
    copy.#size = this.#size;
    return copy;
  }

  /** The double that is nearest to the sum, ties to even. */
  nearest(): number {
    let i = this.#size;
    let high = 0;
    let error = 0;
    while (i > 0 && error === 0) {
      const x = this.at(--i);
      const sum = high + x;
      error = x - (sum - high);
      high = sum;
    }
    return i > 0 && Math.sign(error) === Math.sign(this.at(i - 1)) ? nudged(high, error * 2) : high;
  }

  #widen(): void {
    const wider = new Float64Array(this.#parts.length * 2);
    wider.set(this.#parts);
    this.#parts = wider;
  }
}
