import { open, readFile, rename, rm } from 'node:fs/promises';
import { MillraceError, messageOf } from '../../pipeline/core/errors.ts';
import { readKeys, type StoredKey, writeKeys } from '../../services/ingest/auth/key-file.ts';

type Keys = ReadonlyArray<StoredKey>;

/** For the owner alone. */
const mode = 0o600;

const codeOf = (error: unknown): unknown => (typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined);

const cannot = (what: string, error: unknown): MillraceError =>
  new MillraceError('bad_config', `the file of API keys cannot be ${what}: ${messageOf(error)}`, error);

/** The keys of a file. Throws `bad_config` if it cannot be read or is none. */
export const loadKeys = async (file: string): Promise<Keys> => {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw cannot('read', error);
  });
  return readKeys(text);
};

const loadOrNone = async (file: string): Promise<Keys> => {
  try {
    return await loadKeys(file);
  } catch (error) {
    if (error instanceof MillraceError && codeOf(error.cause) === 'ENOENT') return [];
    throw error;
  }
};

/**
 * Changes the keys of a file, which is made if there is none. The file is replaced as a whole, so that a reader sees the old or the new one;
 * of two who change it at one time the second is refused.
 */
export const changeKeys = async (file: string, change: (keys: Keys) => Keys): Promise<void> => {
  const draft = `${file}.new`;
  const handle = await open(draft, 'wx', mode).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw cannot('written', error);
    throw new MillraceError(
      'bad_config',
      `somebody else changes the API keys, or was interrupted: ${draft} exists; remove it if nobody does`,
    );
  });
  try {
    await handle.writeFile(writeKeys(change(await loadOrNone(file))));
    await handle.sync();
    await handle.close();
    await rename(draft, file);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw error;
  }
};
