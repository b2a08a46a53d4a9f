import { closeSync, fsyncSync, ftruncateSync, openSync } from 'node:fs';
import { MillraceError } from '../../core/errors.ts';
import { compareKeys } from '../key-order.ts';
import type { DiskFacts } from './disk-change.ts';
import { commitCause, diskError } from './disk-error.ts';
import { dueBounds, entryBounds, entryKey, isLong, isSameButDigest, keyEncoder, prefixKey, readDueKey, readEntryKey } from './disk-key.ts';
import { type DiskMark, decodeMark, emptyMark, encodeMark } from './disk-mark.ts';
import { type DiskWriter, type DiskWriters, writersTo } from './disk-writes.ts';
import { readFileHeader } from './file-header.ts';
import type { LmdbDatabase, LmdbLibrary } from './load-lmdb.ts';
import { unpackLong } from './long-entry.ts';
import { probeWrite } from './write-probe.ts';

/** A reference by expiry. `at` is its place on disk. */
export interface DiskDue {
  readonly key: string;
  readonly expiresAt: number;
  readonly at: Buffer;
}

/** Some references in order, and where on disk the last of them ends; none when there are no more. */
export interface DueBatch {
  readonly dues: ReadonlyArray<DiskDue>;
  readonly end: Buffer | undefined;
}

/** Address space that the map takes at first; it grows by itself, which leaves the old map behind until the file is closed. */
const mapSize = 16 * 1024 ** 3;
const markKey = Buffer.of(0, 0);
const identityKey = Buffer.of(0, 1);

/**
 * One LMDB file with the entries of a store, their references by expiry, and the mark, all of one transaction.
 *
 * Everything but `writeBeside` is synchronous. What the disk refuses is thrown as `state_disk_full` or `state_broken`; after that the file takes no
 * further writes, since the binding says nothing of the state it left behind.
 */
export class StateFile {
  readonly path: string;
  readonly #db: LmdbDatabase;
  /** For its length and for the last sync; the locks of LMDB are on another file, so closing it gives none of them up. */
  readonly #fd: number;
  readonly #broken: () => void;
  readonly #writers: DiskWriters;
  #failure: MillraceError | undefined;
  #closed = false;

  /** `broken` is called when the file turns out to be damaged. */
  constructor(library: LmdbLibrary, path: string, broken: () => void) {
    this.path = path;
    this.#broken = broken;
    try {
      this.#db = library.open<Buffer, string | Uint8Array>({
        path,
        noSubdir: true,
        encoding: 'binary',
        keyEncoder,
        mapSize,
        maxDbs: 1,
        noSync: true,
        overlappingSync: false,
        noMemInit: true,
      });
      this.#fd = openSync(path, 'r+');
      this.#writers = writersTo(this.#db);
    } catch (error) {
      throw this.failed(error);
    }
  }

  /** The encoded entry of a key, the caller's own. */
  get(key: string): Buffer | undefined {
    const bytes = this.#guarded(() => this.#db.getBinary(entryKey(key)));
    return bytes !== undefined && isLong(key) ? unpackLong(bytes).entry : bytes;
  }

  facts(key: string): DiskFacts | undefined {
    if (isLong(key)) return this.#longFacts(key);
    const bytes = this.#guarded(() => this.#db.getBinaryFast(key));
    return bytes === undefined ? undefined : { expiresAt: bytes.readDoubleLE(0), bytes: Buffer.byteLength(key) + bytes.length };
  }

  /** The entries whose keys begin with `prefix`, by key bytes. */
  withPrefix(prefix: string): ReadonlyArray<readonly [key: string, entry: Buffer]> {
    const start = prefixKey(prefix);
    const found: (readonly [string, Buffer])[] = [];
    this.#guarded(() => {
      for (const { key, value } of this.#db.getRange({ start, end: entryBounds.end })) {
        if (!bytesOf(key).subarray(0, start.length).equals(start)) break;
        const own = readEntryKey(bytesOf(key));
        const { key: name, entry } = own === undefined ? unpackLong(value) : { key: own, entry: value };
        if (name.startsWith(prefix)) found.push([name, Buffer.from(entry)]);
      }
    });
    return found.sort(([a], [b]) => compareKeys(a, b));
  }

  /** The next references behind the place `after`, or the first ones, in the order (expiry, key bytes): `limit`, or a few more. */
  dues(after: Buffer | undefined, limit: number): DueBatch {
    const from = after === undefined ? { start: dueBounds.start } : { start: after, exclusiveStart: true };
    const dues: DiskDue[] = [];
    this.#guarded(() => {
      for (const { key, value } of this.#db.getRange({ ...from, end: dueBounds.end })) {
        const at = bytesOf(key);
        const last = dues.at(-1);
        if (dues.length >= limit && last !== undefined && !isSameButDigest(last.at, at)) break;
        const { expiresAt, key: own } = readDueKey(at);
        dues.push({ key: own ?? value.toString(), expiresAt, at });
      }
    });
    const end = dues.at(-1)?.at;
    return { dues: dues.some(({ key }) => isLong(key)) ? dues.sort(compareDues) : dues, end };
  }

  /** The mark; that of an empty file if there is none. */
  mark(): DiskMark {
    const encoded = this.#guarded(() => this.#db.getBinary(markKey));
    return encoded === undefined ? emptyMark : decodeMark(encoded);
  }

  /** Whose state it is; undefined if the file is new. */
  identity(): string | undefined {
    return this.#guarded(() => this.#db.getBinary(identityKey))?.toString();
  }

  /** Writes whose state it is, into a new file. */
  identify(identity: string): void {
    this.#transaction(() => {
      this.#writers.now.put(identityKey, Buffer.from(identity));
    });
  }

  /** Writes what `work` does and the mark in one transaction: all of it or nothing. */
  write(mark: DiskMark, work: (to: DiskWriter) => void): void {
    this.#transaction(() => {
      work(this.#writers.now);
      this.#writers.now.put(markKey, encodeMark(mark));
    });
    this.#guarded(() => {
      this.#lengthen();
    });
  }

  /** As `write`, on a thread of the binding's own. Until it has ended nothing else may be written, and what is read is from before. */
  async writeBeside(mark: DiskMark, work: (to: DiskWriter) => void): Promise<void> {
    const ended = this.#guarded(() =>
      this.#db.batch(() => {
        work(this.#writers.beside);
        this.#writers.beside.put(markKey, encodeMark(mark));
      }),
    );
    try {
      await ended;
    } catch (error) {
      throw this.failed(probeWrite(this.#fd) ?? (await commitCause(error)));
    }
    this.#guarded(() => {
      this.#lengthen();
    });
  }

  /** Whether nothing at all stands in it, be it ours or another program's. */
  isEmpty(): boolean {
    return this.#guarded(() => [...this.#db.getKeys({ start: Buffer.of(0), limit: 1 })].length === 0);
  }

  /** Removes all entries and sets the mark back. */
  clear(): void {
    const identity = this.identity();
    this.#transaction(() => {
      this.#db.clearSync();
      if (identity !== undefined) this.#writers.now.put(identityKey, Buffer.from(identity));
    });
  }

  /** What it failed with. */
  get failure(): MillraceError | undefined {
    return this.#failure;
  }

  /** Takes note that it failed, so that it is not used any more, and returns the error to throw. */
  failed(error: unknown): MillraceError {
    if (this.#failure === undefined) {
      this.#failure = diskError(this.path, error);
      if (this.#failure.code === 'state_broken') this.#broken();
    }
    return this.#failure;
  }

  /** Brings everything to the disk, unless it has failed, and closes it. Does nothing the second time. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#db.close();
    if (this.#failure === undefined) fsyncSync(this.#fd);
    closeSync(this.#fd);
  }

  /** Closes it as it is. */
  abandon(): void {
    this.#closed = true;
    void this.#db.close();
    closeSync(this.#fd);
  }

  #longFacts(key: string): DiskFacts | undefined {
    const entry = this.get(key);
    return entry === undefined ? undefined : { expiresAt: entry.readDoubleLE(0), bytes: Buffer.byteLength(key) + entry.length };
  }

  #transaction(work: () => void): void {
    this.#guarded(() => {
      try {
        this.#db.transactionSync(work);
      } catch (error) {
        throw probeWrite(this.#fd) ?? error;
      }
    });
  }

  /** Pages at the end that were taken and given back in one transaction are never written; without them the file would look cut off. */
  #lengthen(): void {
    const header = readFileHeader(this.#fd);
    if (header !== undefined && header.length < header.needed) ftruncateSync(this.#fd, header.needed);
  }

  #guarded<R>(work: () => R): R {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closed) throw new MillraceError('engine_defect', `the state file ${this.path} is used after it was closed`);
    try {
      return work();
    } catch (error) {
      throw this.failed(error);
    }
  }
}

const bytesOf = (key: string | Uint8Array): Buffer => (Buffer.isBuffer(key) ? key : Buffer.from(key));

const compareDues = (a: DiskDue, b: DiskDue): number =>
  a.expiresAt === b.expiresAt ? compareKeys(a.key, b.key) : a.expiresAt - b.expiresAt;
