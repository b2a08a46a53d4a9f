import type { Aggregate } from '../../pipeline/core/aggregate.ts';
import { MillraceError } from '../../pipeline/core/errors.ts';

/** What `min` and `max` share: which of two numbers wins, and the number that loses against all. */
export const extreme = (name: string, better: (a: number, b: number) => number, worst: number): Aggregate<number, number, number | null> =>
  Object.freeze<Aggregate<number, number, number | null>>({
    name,
    layout: name,
    invertible: false,
    zero: () => worst,
    copy: (acc) => acc,
    check: (value) => {
      if (!Number.isFinite(value)) throw new MillraceError('bad_number', `${name} takes finite numbers, not ${String(value)}`);
    },
    add: better,
    merge: better,
    result: (acc) => (acc === worst ? null : acc),
    write: (acc, to) => void to.double(acc),
    read: (from) => from.double(),
  });
