import { MillraceError } from '../../pipeline/core/errors.ts';

/** The largest magnitude that an exact sum takes: 2^60 of them still do not overflow. */
export const largestAddend = 1e290;

/** Throws `bad_number`, naming the aggregate, unless the value is a number of at most this magnitude. */
export const checkNumber = (value: number, aggregate: string, limit: number = largestAddend): void => {
  if (typeof value === 'number' && Math.abs(value) <= limit) return;
  throw new MillraceError('bad_number', `${aggregate} takes numbers from -${limit} to ${limit}, not ${String(value)}`);
};
