import type { InvertibleAggregate } from '../../pipeline/core/aggregate.ts';

/**
 * Counts values, whatever they are. Exact up to 2^53.
 *
 * @example count()
 */
export const count = (): InvertibleAggregate<unknown, number, number> => countAll;

const countAll: InvertibleAggregate<unknown, number, number> = Object.freeze<InvertibleAggregate<unknown, number, number>>({
  name: 'count',
  layout: 'count',
  invertible: true,
  zero: () => 0,
  copy: (acc) => acc,
  add: (acc) => acc + 1,
  subtract: (acc) => acc - 1,
  merge: (acc, other) => acc + other,
  result: (acc) => acc,
  write: (acc, to) => void to.integer(acc),
  read: (from) => from.integer(),
});
