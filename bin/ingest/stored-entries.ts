import { open, readFile, rename, rm } from 'node:fs/promises';
import { MillraceError, messageOf } from '../../pipeline/core/errors.ts';
import type { StoredFile } from '../../services/ingest/auth/stored-file.ts';

/** For the owner alone. */
const mode = 0o600;

const codeOf = (error: unknown): unknown => (typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined);

const cannot = ({ what }: { readonly what: string }, how: string, error: unknown): MillraceError =>
  new MillraceError('bad_config', `the file of ${what} cannot be ${how}: ${messageOf(error)}`, error);

/** The entries of a file. Throws `bad_config` if it cannot be read or is none. */
export const loadStored = async <T>(file: string, kind: StoredFile<T>): Promise<ReadonlyArray<T>> => {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw cannot(kind, 'read', error);
  });
  return kind.read(text);
};

const loadOrNone = async <T>(file: string, kind: StoredFile<T>): Promise<ReadonlyArray<T>> => {
  try {
    return await loadStored(file, kind);
  } catch (error) {
    if (error instanceof MillraceError && codeOf(error.cause) === 'ENOENT') return [];
    throw error;
  }
};

/**
 * Changes the entries of a file, which is made if there is none. The file is replaced as a whole, so that a reader sees the old or the new one;
 * of two who change it at one time the second is refused.
 */
export const changeStored = async <T>(
  file: string,
  kind: StoredFile<T>,
  change: (entries: ReadonlyArray<T>) => ReadonlyArray<T>,
): Promise<void> => {
  const draft = `${file}.new`;
  const handle = await open(draft, 'wx', mode).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw cannot(kind, 'written', error);
    throw new MillraceError(
      'bad_config',
      `somebody else changes the ${kind.what}, or was interrupted: ${draft} exists; remove it if nobody does`,
    );
  });
  try {
    await handle.writeFile(kind.write(change(await loadOrNone(file, kind))));
    await handle.sync();
    await handle.close();
    await rename(draft, file);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw error;
  }
};
