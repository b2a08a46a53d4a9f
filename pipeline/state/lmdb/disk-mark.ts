import type { DiskChange } from './disk-change.ts';

/** What a state file says of itself as a whole; it changes in the same transaction as the entries. */
export interface DiskMark {
  /** The changelog offset from which a restart has to replay. */
  readonly position: number;
  /** When it was written, ms since the epoch. */
  readonly writtenAt: number;
  readonly entries: number;
  /** Encoded bytes of all entries, keys included. */
  readonly bytes: number;
}

/** The mark of a file that holds nothing. */
export const emptyMark: DiskMark = { position: 0, writtenAt: 0, entries: 0, bytes: 0 };

const doubleBytes = 8;

/** The mark as four little-endian doubles. */
export const encodeMark = ({ position, writtenAt, entries, bytes }: DiskMark): Buffer => {
  const encoded = Buffer.allocUnsafe(4 * doubleBytes);
  for (const [at, number] of [position, writtenAt, entries, bytes].entries()) encoded.writeDoubleLE(number, at * doubleBytes);
  return encoded;
};

/** Reads back what `encodeMark` wrote. Throws `RangeError` when the bytes end too early. */
export const decodeMark = (encoded: Buffer): DiskMark => ({
  position: encoded.readDoubleLE(0),
  writtenAt: encoded.readDoubleLE(doubleBytes),
  entries: encoded.readDoubleLE(2 * doubleBytes),
  bytes: encoded.readDoubleLE(3 * doubleBytes),
});

/** How many entries and bytes a mark has more than another. */
export type Growth = Pick<DiskMark, 'entries' | 'bytes'>;

/** A mark with so many entries and bytes more. */
export const grownBy = (mark: DiskMark, { entries, bytes }: Growth): DiskMark => ({
  ...mark,
  entries: mark.entries + entries,
  bytes: mark.bytes + bytes,
});

const bytesOf = (key: string, entry: Buffer | null): number => (entry === null ? 0 : Buffer.byteLength(key) + entry.length);

/** By how much entries and bytes grow with these changes. */
export const growthBy = (changes: Iterable<DiskChange>): Growth => {
  let entries = 0;
  let bytes = 0;
  for (const { key, entry, before } of changes) {
    entries += (entry === null ? 0 : 1) - (before === undefined ? 0 : 1);
    bytes += bytesOf(key, entry) - (before?.bytes ?? 0);
  }
  return { entries, bytes };
};
