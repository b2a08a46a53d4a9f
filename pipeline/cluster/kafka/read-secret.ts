import { readFile } from 'node:fs/promises';
import { messageOf, MillraceError } from '../../core/errors.ts';

/**
 * The secret that a file holds alone, without a line end behind it. `what` names it in messages, which never repeat it.
 *
 * @throws MillraceError `bad_config` if the file cannot be read or is empty.
 */
export const readSecret = async (file: string, what: string): Promise<string> => {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new MillraceError('bad_config', `${what} cannot be read: ${messageOf(error)}`, error);
  });
  const secret = text.replace(/\r?\n$/, '');
  if (secret === '') throw new MillraceError('bad_config', `${what} is empty: ${file}`);
  return secret;
};
