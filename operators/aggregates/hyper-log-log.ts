import type { ByteReader, ByteWriter } from '../../pipeline/core/bytes.ts';
import { cardinality } from './cardinality.ts';
import { hashText } from './hash-text.ts';

const bits = 64;

/**
 * Estimates how many different texts it has seen, with a standard error of 1.04 / √(2^precision) and at most 2^precision bytes.
 *
 * For each register, chosen by the first bits of a text's hash, it keeps the longest run of leading zeros in the others, plus one. So
 * it is free of order and merges without loss. Few registers are kept by number, many as an array; which, depends on what was seen alone.
 * P. Flajolet et al., "HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm", 2007.
 */
export class HyperLogLog {
  readonly #precision: number;
  #few = new Map<number, number>();
  #many: Uint8Array | undefined;

  /** `precision`: 4 to 16. */
  constructor(precision: number) {
    this.#precision = precision;
  }

  add(text: string): void {
    const first = hashText(text, 0);
    const second = hashText(text, 0x9747b28c);
    const left = first << this.#precision;
    // The second half of the hash comes first, since it alone nearly always decides.
    const zeros = second === 0 ? 32 + Math.min(Math.clz32(left), 32 - this.#precision) : Math.clz32(second);
    this.#raise(first >>> (32 - this.#precision), zeros + 1);
  }

  /** Takes in all that the other, of the same precision, has seen. */
  merge(other: HyperLogLog): void {
    for (const [register, rank] of other.#held()) this.#raise(register, rank);
  }

  copy(): HyperLogLog {
    const copy = new HyperLogLog(this.#precision);
    copy.#few = new Map(this.#few);
    copy.#many = this.#many?.slice();
    return copy;
  }

  /** How many different texts there were, as near as can be told; whole. */
  estimate(): number {
    const counts = new Array<number>(bits - this.#precision + 2).fill(0);
    let held = 0;
    for (const [, rank] of this.#held()) {
      counts[rank] = (counts[rank] ?? 0) + 1;
      held += 1;
    }
    counts[0] = 2 ** this.#precision - held;
    return Math.round(cardinality(counts));
  }

  write(to: ByteWriter): void {
    if (this.#many !== undefined) to.boolean(true).bytes(this.#many);
    else {
      const held = [...this.#few].sort(([a], [b]) => a - b);
      to.boolean(false).integer(held.length);
      for (const [register, rank] of held) to.integer(register).integer(rank);
    }
  }

  static read(from: ByteReader, precision: number): HyperLogLog {
    const sketch = new HyperLogLog(precision);
    if (from.boolean()) sketch.#many = Uint8Array.from(from.bytes());
    else for (let left = from.integer(); left > 0; left--) sketch.#few.set(from.integer(), from.integer());
    return sketch;
  }

  #raise(register: number, rank: number): void {
    if (this.#many !== undefined) {
      if (rank > (this.#many[register] ?? 0)) this.#many[register] = rank;
    } else if (rank > (this.#few.get(register) ?? 0)) {
      this.#few.set(register, rank);
      if (this.#few.size > 2 ** this.#precision / 4) this.#spread();
    }
  }

  #spread(): void {
    const many = new Uint8Array(2 ** this.#precision);
    for (const [register, rank] of this.#few) many[register] = rank;
    this.#many = many;
    this.#few.clear();
  }

  *#held(): Iterable<readonly [register: number, rank: number]> {
    if (this.#many === undefined) yield* this.#few;
    else for (const [register, rank] of this.#many.entries()) if (rank > 0) yield [register, rank];
  }
}
