import type { InvertibleAggregate } from '../../pipeline/core/aggregate.ts';
import { checkNumber } from './check-number.ts';
import { productError } from './exact-product.ts';
import { ExactSum } from './exact-sum.ts';

/** How many numbers there were, their exact sum and the exact sum of their squares. */
export interface Moments {
  n: number;
  readonly sum: ExactSum;
  readonly squares: ExactSum;
}

/** What `variance` tells: the sums that statistics are made of, and the two usual ones. */
export interface Spread {
  readonly n: number;
  readonly sum: number;
  /** The sum of the squares. */
  readonly sum_sq: number;
  /** null of nothing. */
  readonly mean: number | null;
  /** The unbiased sample variance, over n − 1; null of fewer than two. */
  readonly variance: number | null;
}

const largestSquared = 1e145;

/**
 * Count, sum, sum of squares, mean and sample variance, all from exact sums: any order and grouping gives the same bits, and numbers that
 * are large beside their spread lose nothing to cancellation.
 *
 * Refuses as `bad_number` what is not finite or beyond ±1e145. Squares are exact down to magnitudes of 1e-145.
 *
 * @example of(versioned('latency', (inference: Inference) => inference.latency_ms), variance())
 */
export const variance = (): InvertibleAggregate<number, Moments, Spread> => exactVariance;

const addSquare = (squares: ExactSum, x: number, sign: 1 | -1): void => {
  const square = x * x;
  squares.add(sign * square);
  if (square > Number.MAX_SAFE_INTEGER || !Number.isInteger(x)) squares.add(sign * productError(x, x, square));
};

const addProduct = (to: ExactSum, a: number, b: number): void => {
  const product = a * b;
  to.add(product);
  to.add(productError(a, b, product));
};

/** Σ(x − m)² = Σx² − 2mΣx + nm², summed up without rounding; m is the rounded mean, whose own error counts only squared. */
const squaredDeviations = ({ n, sum, squares }: Moments, mean: number): number => {
  const total = squares.copy();
  for (const part of sum.parts()) addProduct(total, -2 * mean, part);
  const square = mean * mean;
  addProduct(total, square, n);
  addProduct(total, productError(mean, mean, square), n);
  return Math.max(0, total.value());
};

const spreadOf = (acc: Moments): Spread => {
  const { n } = acc;
  const sum = acc.sum.value();
  const mean = n === 0 ? null : sum / n;
  const variance = mean === null || n < 2 ? null : squaredDeviations(acc, mean) / (n - 1);
  return { n, sum, sum_sq: acc.squares.value(), mean, variance };
};

const exactVariance: InvertibleAggregate<number, Moments, Spread> = Object.freeze<InvertibleAggregate<number, Moments, Spread>>({
  name: 'variance',
  layout: 'n, exact-sum, exact-sum of squares',
  invertible: true,
  zero: () => ({ n: 0, sum: new ExactSum(), squares: new ExactSum() }),
  copy: (acc) => ({ n: acc.n, sum: acc.sum.copy(), squares: acc.squares.copy() }),
  check: (value) => checkNumber(value, 'variance', largestSquared),
  add: (acc, value) => {
    acc.n += 1;
    acc.sum.add(value);
    addSquare(acc.squares, value, 1);
    return acc;
  },
  subtract: (acc, value) => {
    acc.n -= 1;
    acc.sum.add(-value);
    addSquare(acc.squares, value, -1);
    return acc;
  },
  merge: (acc, other) => {
    acc.n += other.n;
    acc.sum.merge(other.sum);
    acc.squares.merge(other.squares);
    return acc;
  },
  result: spreadOf,
  write: (acc, to) => {
    acc.sum.write(to.integer(acc.n));
    acc.squares.write(to);
  },
  read: (from) => ({ n: from.integer(), sum: ExactSum.read(from), squares: ExactSum.read(from) }),
});
