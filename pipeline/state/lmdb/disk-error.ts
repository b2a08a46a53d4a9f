import { MillraceError, messageOf } from '../../core/errors.ts';

/** EFBIG, ENOSPC, EDQUOT: the disk, or what the process may have of it, is used up. */
const full = new Set([27, 28, 122]);

const codeOf = (error: unknown): unknown => (typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined);

/** What an error of the disk means: `state_disk_full`, or `state_broken` for everything else. Own errors pass unchanged. */
export const diskError = (file: string, error: unknown): MillraceError => {
  if (error instanceof MillraceError) return error;
  const code = codeOf(error);
  const isFull = typeof code === 'number' ? full.has(code) : code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
  const what = isFull ? 'could not be written, since the disk takes no more' : 'cannot be read or written';
  return new MillraceError(isFull ? 'state_disk_full' : 'state_broken', `the state file ${file} ${what}: ${messageOf(error)}`, error);
};

/** Why a transaction on another thread has failed: the binding tells it by a promise in the error. */
export const commitCause = async (error: unknown): Promise<unknown> => {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (cause) {
    return cause;
  }
};
