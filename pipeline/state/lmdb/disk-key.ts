import { createHash } from 'node:crypto';
import { isWindow } from './byte-window.ts';
import { readSortable, timeBytes, writeSortable } from './sortable-time.ts';

/** Bytes of a key that stand on disk as they are. Of a longer one these stand there with a digest of the whole, and the whole beside the value. */
export const longestKey = 1_024;

const entryTag = 1;
const dueTag = 2;
const digestBytes = 32;
/** Bytes before the key in the key of an entry. */
export const tagBytes = 1;
/** Bytes before the key in the key of a reference by expiry. */
export const dueHead = tagBytes + timeBytes;

/** Where the entries begin and end. */
export const entryBounds = { start: Buffer.of(entryTag), end: Buffer.of(entryTag + 1) } as const;

/** Where the references by expiry begin and end. */
export const dueBounds = { start: Buffer.of(dueTag), end: Buffer.of(dueTag + 1) } as const;

/** Whether a key is too long to stand on disk as it is. O(1) for short keys. */
export const isLong = (key: string): boolean => key.length * 3 > longestKey && Buffer.byteLength(key) > longestKey;

const nameOf = (key: string): Buffer => {
  const bytes = Buffer.from(key);
  if (bytes.length <= longestKey) return bytes;
  return Buffer.concat([bytes.subarray(0, longestKey), createHash('sha256').update(bytes).digest()]);
};

/** The key of an entry: for a short one the text itself, which the binding writes by `keyEncoder`. */
export const entryKey = (key: string): string | Buffer => (isLong(key) ? Buffer.concat([entryBounds.start, nameOf(key)]) : key);

/** Writes keys for the binding: text as the key of an entry, bytes as they are, of a window what it shows. Reads bytes. */
export const keyEncoder = {
  writeKey: (key: string | Uint8Array, target: Buffer, start: number): number => {
    if (typeof key !== 'string') {
      if (isWindow(key)) return start + key.copy(target, start, key.start, key.end);
      target.set(key, start);
      return start + key.length;
    }
    target[start] = entryTag;
    return start + tagBytes + target.write(key, start + tagBytes, 'utf8');
  },
  readKey: (source: Uint8Array, start: number, end: number): Buffer => Buffer.from(source.subarray(start, end)),
};

/** The bytes from which on entries stand whose keys begin with `prefix`. */
export const prefixKey = (prefix: string): Buffer => Buffer.concat([entryBounds.start, Buffer.from(prefix).subarray(0, longestKey)]);

/** The key of an entry as text; undefined if it is a long one, which stands beside the value. */
export const readEntryKey = (bytes: Buffer): string | undefined =>
  bytes.length > tagBytes + longestKey ? undefined : bytes.toString('utf8', tagBytes);

/** Writes what stands before the key in the key of an entry: `tagBytes`. */
export const writeEntryHead = (bytes: Buffer, at: number): void => {
  bytes[at] = entryTag;
};

/** Writes what stands before the key in the key of a reference: `dueHead` bytes. `expiresAt`: ms; finite. */
export const writeDueHead = (bytes: Buffer, at: number, expiresAt: number): void => {
  bytes[at] = dueTag;
  writeSortable(expiresAt, bytes, at + tagBytes);
};

/** The key of the reference to an entry by its expiry, a finite number of ms. References sort by (expiry, key bytes) up to `longestKey`. */
export const dueKey = (key: string, expiresAt: number): Buffer => {
  if (isLong(key)) return longDueKey(key, expiresAt);
  const bytes = Buffer.allocUnsafe(dueHead + Buffer.byteLength(key));
  writeDueHead(bytes, 0, expiresAt);
  bytes.write(key, dueHead, 'utf8');
  return bytes;
};

const longDueKey = (key: string, expiresAt: number): Buffer => {
  const head = Buffer.allocUnsafe(dueHead);
  writeDueHead(head, 0, expiresAt);
  return Buffer.concat([head, nameOf(key)]);
};

/** A reference read back; `key` is undefined if it is a long one, which stands beside it. */
export const readDueKey = (bytes: Buffer): { readonly expiresAt: number; readonly key: string | undefined } => ({
  expiresAt: readSortable(bytes, tagBytes),
  key: bytes.length > dueHead + longestKey ? undefined : bytes.toString('utf8', dueHead),
});

/** Whether two references differ by the digests of long keys only, which say nothing of the order of the keys. */
export const isSameButDigest = (a: Buffer, b: Buffer): boolean => {
  const stem = dueHead + longestKey;
  return a.length === stem + digestBytes && b.length === a.length && a.compare(b, 0, stem, 0, stem) === 0;
};
