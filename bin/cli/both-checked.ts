import { MillraceError, messageOf } from '../../pipeline/core/errors.ts';

const isMistake = (error: unknown): boolean => error instanceof MillraceError && error.code === 'bad_config';

const together = (failures: ReadonlyArray<unknown>): unknown => {
  const worse = failures.find((failure) => !isMistake(failure));
  if (worse !== undefined || failures.length === 1) return worse ?? failures[0];
  return new MillraceError('bad_config', failures.map(messageOf).join('\n'));
};

/**
 * Makes two checks of what somebody typed, the second also when the first has failed, and returns what both give.
 *
 * @throws MillraceError `bad_config` with the mistakes that either has found; anything else as it was thrown.
 */
export const bothChecked = async <A, B>(first: () => A | Promise<A>, second: () => B | Promise<B>): Promise<readonly [A, B]> => {
  const [one, other] = await Promise.allSettled([Promise.resolve().then(first), Promise.resolve().then(second)]);
  if (one.status === 'fulfilled' && other.status === 'fulfilled') return [one.value, other.value];
  throw together([one, other].flatMap((result): ReadonlyArray<unknown> => (result.status === 'rejected' ? [result.reason] : [])));
};
