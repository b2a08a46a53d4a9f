import { type ErrorCode, MillraceError } from '../../../core/errors.ts';

/** For `assert.rejects`: whether what was thrown is a `MillraceError` of this code. */
export const hasCode =
  (code: ErrorCode) =>
  (thrown: unknown): boolean => {
    if (thrown instanceof MillraceError && thrown.code === code) return true;
    throw new Error(`expected a MillraceError '${code}'`, { cause: thrown });
  };
