import type { DiskChange } from './disk-change.ts';
import { dueKey, entryKey, isLong } from './disk-key.ts';
import { type DueChange, dueChanges } from './due-changes.ts';
import type { LmdbDatabase } from './load-lmdb.ts';
import { packLong } from './long-entry.ts';

/** What a transaction can do. A key is text for an entry, or the bytes on disk. Bytes of values stay as they are until it has ended. */
export interface DiskWriter {
  put(key: string | Uint8Array, value: Buffer): void;
  remove(key: string | Uint8Array): void;
}

/** Write within a transaction that is run here and now, and within one that another thread runs. */
export interface DiskWriters {
  readonly now: DiskWriter;
  readonly beside: DiskWriter;
}

/** What the binding gives back for each call stands for the whole transaction, whose end is awaited elsewhere. */
export const writersTo = (db: LmdbDatabase): DiskWriters => ({
  now: {
    put: (key, value) => {
      db.putSync(key, value);
    },
    remove: (key) => {
      db.removeSync(key);
    },
  },
  beside: {
    put: (key, value) => void db.put(key, value),
    remove: (key) => void db.remove(key),
  },
});

const nothing = Buffer.alloc(0);

/** Writes what became of a key. */
export const writeEntry = (to: DiskWriter, { key, entry }: DiskChange): void => {
  if (entry === null) to.remove(entryKey(key));
  else to.put(entryKey(key), isLong(key) ? packLong(key, entry) : entry);
};

/** Writes what became of the expiry of a key. */
export const writeDue = (to: DiskWriter, { key, before, after }: DueChange): void => {
  if (before !== Infinity) to.remove(dueKey(key, before));
  if (after !== Infinity) to.put(dueKey(key, after), isLong(key) ? Buffer.from(key) : nothing);
};

/** Writes changes: the entries in their order, then the references by expiry. */
export const writeChanges = (to: DiskWriter, changes: ReadonlyArray<DiskChange>): void => {
  for (const change of changes) writeEntry(to, change);
  for (const change of dueChanges(changes)) writeDue(to, change);
};
