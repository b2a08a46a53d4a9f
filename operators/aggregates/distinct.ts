import type { Aggregate } from '../../pipeline/core/aggregate.ts';
import { MillraceError } from '../../pipeline/core/errors.ts';
import { HyperLogLog } from './hyper-log-log.ts';

/** How exact the estimate is. */
export interface DistinctOptions {
  /** The standard error is 1.04 / √(2^precision) in up to 2^precision bytes; 4 to 16, 12 (1.6 %, 4 KiB) if left out. */
  readonly precision?: number;
}

/**
 * How many different texts there were: an estimate with a standard error of 1.6 % (see `precision`), better while there are few. Free of order.
 *
 * Not invertible. A window of many different texts keeps up to 4 KiB, so have it in hourly windows rather than in minutes that stay open for a day.
 *
 * @example of(versioned('submitter', (feedback: Feedback) => feedback.submitter.id_hash), distinct())
 */
export const distinct = ({ precision = 12 }: DistinctOptions = {}): Aggregate<string, HyperLogLog, number> => {
  if (!Number.isInteger(precision) || precision < 4 || precision > 16) {
    throw new MillraceError('bad_topology', `distinct: a precision of ${precision} is not a whole number from 4 to 16`);
  }
  return Object.freeze<Aggregate<string, HyperLogLog, number>>({
    name: `distinct(${precision})`,
    layout: `hyperloglog(${precision}, murmur3)`,
    invertible: false,
    zero: () => new HyperLogLog(precision),
    copy: (acc) => acc.copy(),
    add: (acc, text) => {
      acc.add(text);
      return acc;
    },
    merge: (acc, other) => {
      acc.merge(other);
      return acc;
    },
    result: (acc) => acc.estimate(),
    write: (acc, to) => acc.write(to),
    read: (from) => HyperLogLog.read(from, precision),
  });
};
