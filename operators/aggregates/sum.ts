import type { InvertibleAggregate } from '../../pipeline/core/aggregate.ts';
import { checkNumber } from './check-number.ts';
import { ExactSum } from './exact-sum.ts';

/**
 * Adds numbers without rounding: the result is the double nearest to the true sum, so any order and grouping gives the same bits.
 *
 * Refuses as `bad_number` what is not finite or beyond ±1e290.
 *
 * @example of(versioned('amount', (order: Order) => order.amount), sum())
 */
export const sum = (): InvertibleAggregate<number, ExactSum, number> => exactSum;

const exactSum: InvertibleAggregate<number, ExactSum, number> = Object.freeze<InvertibleAggregate<number, ExactSum, number>>({
  name: 'sum',
  layout: 'exact-sum',
  invertible: true,
  zero: () => new ExactSum(),
  copy: (acc) => acc.copy(),
  check: (value) => checkNumber(value, 'sum'),
  add: (acc, value) => {
    acc.add(value);
    return acc;
  },
  subtract: (acc, value) => {
    acc.add(-value);
    return acc;
  },
  merge: (acc, other) => {
    acc.merge(other);
    return acc;
  },
  result: (acc) => acc.value(),
  write: (acc, to) => acc.write(to),
  read: (from) => ExactSum.read(from),
});
