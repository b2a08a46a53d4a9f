import type { InvertibleAggregate } from '../../../pipeline/core/aggregate.ts';

/**
 * Counts the values that were taken out again. What was retracted or superseded before it was counted is not among them, so this one number
 * depends on the order of arrival.
 */
export const takenBack = (): InvertibleAggregate<unknown, number, number> => counting;

const counting: InvertibleAggregate<unknown, number, number> = Object.freeze<InvertibleAggregate<unknown, number, number>>({
  name: 'taken back',
  layout: 'count',
  invertible: true,
  zero: () => 0,
  copy: (acc) => acc,
  add: (acc) => acc,
  subtract: (acc) => acc + 1,
  merge: (acc, other) => acc + other,
  result: (acc) => acc,
  write: (acc, to) => void to.integer(acc),
  read: (from) => from.integer(),
});
