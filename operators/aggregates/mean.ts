import type { InvertibleAggregate } from '../../pipeline/core/aggregate.ts';
import { checkNumber } from './check-number.ts';
import { ExactSum } from './exact-sum.ts';

/** How many numbers there were and their exact sum. */
export interface CountedSum {
  n: number;
  readonly sum: ExactSum;
}

/**
 * The arithmetic mean: the exact sum, rounded once, over the count; null of nothing. Any order and grouping gives the same bits.
 *
 * Refuses as `bad_number` what is not finite or beyond ±1e290.
 *
 * @example of(versioned('reward', (feedback: Feedback) => feedback.reward), mean())
 */
export const mean = (): InvertibleAggregate<number, CountedSum, number | null> => exactMean;

const exactMean: InvertibleAggregate<number, CountedSum, number | null> = Object.freeze<
  InvertibleAggregate<number, CountedSum, number | null>
>({
  name: 'mean',
  layout: 'n, exact-sum',
  invertible: true,
  zero: () => ({ n: 0, sum: new ExactSum() }),
  copy: (acc) => ({ n: acc.n, sum: acc.sum.copy() }),
  check: (value) => checkNumber(value, 'mean'),
  add: (acc, value) => {
    acc.n += 1;
    acc.sum.add(value);
    return acc;
  },
  subtract: (acc, value) => {
    acc.n -= 1;
    acc.sum.add(-value);
    return acc;
  },
  merge: (acc, other) => {
    acc.n += other.n;
    acc.sum.merge(other.sum);
    return acc;
  },
  result: ({ n, sum }) => (n === 0 ? null : sum.value() / n),
  write: (acc, to) => acc.sum.write(to.integer(acc.n)),
  read: (from) => ({ n: from.integer(), sum: ExactSum.read(from) }),
});
