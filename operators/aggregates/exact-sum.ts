import type { ByteReader, ByteWriter } from '../../pipeline/core/bytes.ts';
import { additionError, Expansion } from './expansion.ts';

/**
 * A sum of doubles without any rounding error: the same values give the same `value` and the same bytes in whatever order and grouping.
 *
 * The sum is kept as two doubles for as long as these hold it exactly, some 106 bits, else as an expansion. Values must be at most
 * 1e290 in magnitude, so that no partial sum can overflow.
 */
export class ExactSum {
  #high = 0;
  #low = 0;
  /** If set, this is the sum and the two are zero. */
  #expansion: Expansion | undefined;

  add(x: number): void {
    if (this.#expansion !== undefined) return this.#addTo(this.#expansion, x);
    const inner = this.#low + x;
    const outer = this.#high + inner;
    const innerError = additionError(this.#low, x, inner);
    const outerError = additionError(this.#high, inner, outer);
    const low = innerError + outerError;
    if (additionError(innerError, outerError, low) === 0) {
      this.#high = outer;
      this.#low = low;
    } else this.#expand(x);
  }

  /** Adds all that went into the other sum, which stays as it is. */
  merge(other: ExactSum): void {
    if (other.#expansion !== undefined) for (let i = 0; i < other.#expansion.size; i++) this.add(other.#expansion.at(i));
    this.add(other.#low);
    this.add(other.#high);
  }

  copy(): ExactSum {
    const copy = new ExactSum();
    copy.#high = this.#high;
    copy.#low = this.#low;
    copy.#expansion = this.#expansion?.copy();
    return copy;
  }

  /** The double that is nearest to the exact sum, ties to even. */
  value(): number {
    return this.#expansion === undefined ? this.#high + this.#low : this.#expansion.nearest();
  }

  /** The exact sum as doubles, the nearest first, then the one nearest to what is left, and so on. Equal sums give equal parts. */
  parts(): ReadonlyArray<number> {
    const rest = this.copy();
    const parts: number[] = [];
    do {
      const part = rest.value();
      parts.push(part);
      rest.add(-part);
    } while (rest.value() !== 0);
    return parts;
  }

  write(to: ByteWriter): void {
    const parts = this.parts();
    to.integer(parts.length);
    for (const part of parts) to.double(part);
  }

  static read(from: ByteReader): ExactSum {
    const sum = new ExactSum();
    for (let left = from.integer(); left > 0; left--) sum.add(from.double());
    return sum;
  }

  #expand(x: number): void {
    const expansion = new Expansion();
    expansion.add(this.#low);
    expansion.add(this.#high);
    this.#high = 0;
    this.#low = 0;
    this.#addTo(expansion, x);
  }

  #addTo(expansion: Expansion, x: number): void {
    expansion.add(x);
    this.#expansion = expansion.size > 2 ? expansion : undefined;
    if (expansion.size > 2) return;
    this.#low = expansion.at(0);
    this.#high = expansion.at(1);
  }
}
