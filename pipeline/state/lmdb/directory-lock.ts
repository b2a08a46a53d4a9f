import { mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { MillraceError, messageOf } from '../../core/errors.ts';
import type { LmdbDatabase, LmdbLibrary } from './load-lmdb.ts';

/** A held lock. Releasing it again does nothing. */
export interface DirectoryLock {
  release(): Promise<void>;
}

/** The directories that this process holds: LMDB knows processes, not who in them. */
const held = new Set<string>();

const lockFile = 'lock.mdb';

const refused = (directory: string, detail: string): MillraceError =>
  new MillraceError('state_locked', `the state directory ${directory} is in use by another process${detail}`);

/** The ids of the processes that LMDB lists as readers: one line each, below a heading. */
const readersOf = (db: LmdbDatabase): ReadonlyArray<string> =>
  [...db.readerList().matchAll(/^\s*(\d+) /gm)].flatMap(([, pid]) => (pid === undefined ? [] : [pid]));

const openLock = (library: LmdbLibrary, file: string): LmdbDatabase =>
  library.open<Buffer, string | Uint8Array>({ path: file, noSubdir: true, encoding: 'binary', mapSize: 2 ** 20, maxDbs: 1, noSync: true });

const take = async (db: LmdbDatabase, directory: string): Promise<() => void> => {
  try {
    const others = readersOf(db);
    if (others.length > 0) throw refused(directory, ` (pid ${others.join(', ')})`);
    const reading = db.useReadTransaction();
    if (readersOf(db).length > 1) throw refused(directory, ', which starts at the same time');
    return () => {
      reading.done();
    };
  } catch (error) {
    await db.close();
    throw error instanceof MillraceError ? error : refused(directory, `: ${messageOf(error)}`);
  }
};

/**
 * Makes this process the only one that uses a directory, which is made if it is not there. Throws `state_locked` if it is not.
 *
 * The lock is a place in the table of readers of an empty LMDB file. The system holds it by a lock on that file, so it is gone when the
 * process is, however it ends, and a process id that is given out anew means nothing. On one machine only, and not on network file systems.
 */
export const lockDirectory = async (library: LmdbLibrary, directory: string): Promise<DirectoryLock> => {
  mkdirSync(directory, { recursive: true });
  const real = realpathSync(directory);
  if (held.has(real)) throw new MillraceError('state_locked', `the state directory ${directory} is in use in this process`);
  held.add(real);
  try {
    const db = openLock(library, path.join(real, lockFile));
    const done = await take(db, directory);
    let isHeld = true;
    return {
      release: async () => {
        if (!isHeld) return;
        isHeld = false;
        done();
        await db.close();
        held.delete(real);
      },
    };
  } catch (error) {
    held.delete(real);
    throw error;
  }
};
