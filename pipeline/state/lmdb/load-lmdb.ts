import type { Database, open } from 'lmdb';
import { MillraceError } from '../../core/errors.ts';

/** What is used of the LMDB binding. */
export interface LmdbLibrary {
  readonly open: typeof open;
}

/** A database of the binding as it is used here: text keys are entries, everything else has its key as bytes; values are bytes. */
export type LmdbDatabase = Database<Buffer, string | Uint8Array>;

const importLmdb = (): Promise<LmdbLibrary> => import('lmdb');

/** Loads the LMDB binding, which is an optional dependency. Throws `bad_config` when it is not installed or has no binary for this machine. */
export const loadLmdb = async (load = importLmdb): Promise<LmdbLibrary> => {
  try {
    return await load();
  } catch (error) {
    throw new MillraceError(
      'bad_config',
      'state on disk needs the npm package "lmdb" (version 3), which is not here: npm install lmdb',
      error,
    );
  }
};
