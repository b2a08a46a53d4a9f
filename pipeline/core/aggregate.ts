import type { ByteReader, ByteWriter } from './bytes.ts';

/**
 * A mergeable summary of many values: what a window keeps per key.
 *
 * `add`, `subtract` and `merge` may change and return the accumulator that they are given first: the caller owns it and has called
 * `copy` before if it was published. Exact aggregates give the same bits whatever the order and grouping of the values; those that
 * are not exact (sketches) say their error in their own doc comment and are still free of order.
 */
export interface Aggregate<in In, Acc, out Out> {
  /** What it is and under which parameters, e.g. `mean(score)`; part of the node's fingerprint. */
  readonly name: string;
  /** Names the layout that `write` produces; part of the node's fingerprint. */
  readonly layout: string;
  /** Whether `subtract` undoes `add`: what amendments and retractions need. */
  readonly invertible: boolean;
  zero(): Acc;
  copy(acc: Acc): Acc;
  add(acc: Acc, value: In): Acc;
  /**
   * Throws a `MillraceError` that is a reject, or what a function of the user's throws, if `add` could not take the value. Windows call
   * it before they change anything; `add` may then take the value for checked. Absent if every value is taken.
   */
  check?(value: In): void;
  /** Takes a value out that was added before. Present exactly if `invertible`. */
  subtract?(acc: Acc, value: In): Acc;
  /** Adds all that `other` has seen to `acc`; `other` is left as it is. */
  merge(acc: Acc, other: Acc): Acc;
  result(acc: Acc): Out;
  write(acc: Acc, to: ByteWriter): void;
  read(from: ByteReader): Acc;
}

/** An aggregate from which a value can be taken out again: what amendments and retractions need. */
export interface InvertibleAggregate<in In, Acc, out Out> extends Aggregate<In, Acc, Out> {
  readonly invertible: true;
  subtract(acc: Acc, value: In): Acc;
}
