import type { InvertibleAggregate } from '../../pipeline/core/aggregate.ts';
import type { Versioned } from '../../pipeline/core/key.ts';

/** How many values met each of the two tests. */
export interface RatioCounts {
  numerator: number;
  denominator: number;
}

/** Two counts and the one over the other; null over nothing. */
export interface Ratio extends Readonly<RatioCounts> {
  readonly ratio: number | null;
}

type Test<T> = Versioned<(value: T) => boolean>;

const everything: Test<unknown> = { version: 'all', of: () => true };

/**
 * How many values meet `numerator` over how many meet `denominator` (all of them if left out). Exact.
 *
 * The two are counted apart, so a value may count above, below, both or not at all: feedback over inferences in one merged stream.
 *
 * @example ratio(versioned('clicked', (shown: Shown) => shown.clicked))
 */
export const ratio = <T>(numerator: Test<T>, denominator: Test<T> = everything): InvertibleAggregate<T, RatioCounts, Ratio> => {
  const isAbove = numerator.of;
  const isBelow = denominator.of;
  const counted = (acc: RatioCounts, value: T, by: 1 | -1): RatioCounts => {
    if (isAbove(value)) acc.numerator += by;
    if (isBelow(value)) acc.denominator += by;
    return acc;
  };
  return Object.freeze<InvertibleAggregate<T, RatioCounts, Ratio>>({
    name: `ratio(${numerator.version} / ${denominator.version})`,
    layout: 'numerator, denominator',
    invertible: true,
    zero: () => ({ numerator: 0, denominator: 0 }),
    copy: (acc) => ({ numerator: acc.numerator, denominator: acc.denominator }),
    check: (value) => {
      isAbove(value);
      isBelow(value);
    },
    add: (acc, value) => counted(acc, value, 1),
    subtract: (acc, value) => counted(acc, value, -1),
    merge: (acc, other) => {
      acc.numerator += other.numerator;
      acc.denominator += other.denominator;
      return acc;
    },
    result: ({ numerator: above, denominator: below }) => ({
      numerator: above,
      denominator: below,
      ratio: below === 0 ? null : above / below,
    }),
    write: (acc, to) => void to.integer(acc.numerator).integer(acc.denominator),
    read: (from) => ({ numerator: from.integer(), denominator: from.integer() }),
  });
};
