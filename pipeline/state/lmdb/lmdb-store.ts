import { MillraceError } from '../../core/errors.ts';
import type { StateSpec } from '../../core/operator.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Change, StateStore } from '../../core/ports/store.ts';
import { decodeEntry } from '../entry-codec.ts';
import { compareKeys } from '../key-order.ts';
import type { DiskChange, DiskFacts } from './disk-change.ts';
import { type DiskMark, growthBy } from './disk-mark.ts';
import { type MergedDue, MergedExpiries } from './merged-expiries.ts';
import { Replayed } from './replayed.ts';
import { Stage } from './stage.ts';
import type { StateFile } from './state-file.ts';

/** What a store on disk is made of. */
export interface LmdbStoreParts {
  /** The node's name, for messages. */
  readonly node: string;
  readonly file: StateFile;
  readonly clock: Clock;
  /** Called once, when the file has taken a commit, or has been in use for a while. */
  readonly proven: () => void;
  /** Closes the file. */
  readonly closed: () => Promise<void>;
}

/** A publish that changes nothing still renews the time of the file after this many ms. */
const renewAfter = 60_000;

/** A file that has been in use for this many ms is not what ends the process, even if nothing was written. */
const provenAfter = 10_000;

/**
 * A store that holds its entries on disk, in an LMDB file, and what was changed since the last publish in memory.
 *
 * A read looks at the stage, then at the file (a memory map: no system call). `publish` writes what is staged and the changelog position
 * in one transaction, synchronously, and does not force it to the disk: the changelog is the truth. Replayed changes are gathered and
 * written in large transactions; the position stays where it was until a `publish`. An error of the disk is thrown as `state_disk_full`
 * or `state_broken`; the store is then of no further use, and what the file holds is the last publish.
 */
export class LmdbStore<V> implements StateStore<V> {
  readonly #spec: StateSpec<V>;
  readonly #parts: LmdbStoreParts;
  readonly #file: StateFile;
  readonly #stage: Stage<V>;
  readonly #replayed: Replayed;
  readonly #expiries: MergedExpiries<V>;
  #mark: DiskMark;
  readonly #openedAt: number;
  #isProven = false;
  /** What the disk had under the key that was asked for last, since a put mostly follows the get of its key. */
  #asked: { readonly key: string; readonly facts: DiskFacts | undefined } | undefined;

  constructor(spec: StateSpec<V>, parts: LmdbStoreParts) {
    this.#spec = spec;
    this.#parts = parts;
    this.#file = parts.file;
    this.#stage = new Stage(spec);
    this.#replayed = new Replayed(parts.node);
    this.#expiries = new MergedExpiries(parts.file, this.#stage);
    this.#mark = parts.file.mark();
    this.#openedAt = parts.clock.now();
  }

  get(key: string): V | undefined {
    const staged = this.#stage.get(key);
    if (staged !== undefined) return staged.isLive ? staged.value : undefined;
    this.#settle();
    const bytes = this.#file.get(key);
    if (bytes === undefined) {
      this.#asked = { key, facts: undefined };
      return undefined;
    }
    const { value, expiresAt } = this.#decoded(bytes);
    this.#asked = { key, facts: { expiresAt, bytes: Buffer.byteLength(key) + bytes.length } };
    return value;
  }

  put(key: string, value: V, expiresAt: number): void {
    if (Number.isNaN(expiresAt))
      throw new MillraceError('engine_defect', `node ${this.#parts.node} put '${key}' with no number as its expiry`);
    const staged = this.#stage.get(key);
    const before = staged?.isLive === true ? staged.expiresAt : undefined;
    if (staged === undefined) this.#stage.add(key, { value, expiresAt }, this.#facts(key));
    else this.#stage.change(staged, value, expiresAt);
    if (expiresAt !== before && expiresAt !== Infinity) this.#expiries.add(key, expiresAt);
  }

  delete(key: string): void {
    const staged = this.#stage.get(key);
    if (staged !== undefined) {
      this.#stage.remove(key, staged);
      return;
    }
    const facts = this.#facts(key);
    if (facts !== undefined) this.#stage.removeFromDisk(key, facts);
  }

  *scan(prefix: string): Iterable<readonly [key: string, value: V]> {
    this.#settle();
    const found = new Map(this.#file.withPrefix(prefix).map(([key, entry]) => [key, this.#decoded(entry).value]));
    for (const [key, { value }] of this.#stage.live(prefix)) if (value !== undefined) found.set(key, value);
    for (const key of [...found.keys()].sort(compareKeys)) {
      const staged = this.#stage.get(key);
      const value = staged === undefined ? found.get(key) : staged.value;
      if (value !== undefined) yield [key, value];
    }
  }

  expire(asOf: number, visit?: (key: string, value: V) => void): void {
    this.#settle();
    while (this.#expiries.mayBeDue(asOf)) {
      const due = this.#expiries.take(asOf);
      if (due === undefined) return;
      const value = this.#takeOut(due);
      if (value !== undefined) visit?.(due.key, value);
    }
  }

  changes(): Iterable<Change> {
    this.#settle();
    return this.#stage.changes();
  }

  publish(position: number): Promise<void> {
    try {
      this.#publish(position);
    } catch (error) {
      return Promise.reject(this.#file.failed(error));
    }
    return Promise.resolve();
  }

  discard(): void {
    this.#stage.clear();
    this.#forget();
  }

  restore(change: Change): void {
    this.#replayed.add(change);
    if (this.#replayed.isFull) this.#settle();
  }

  position(): number {
    return this.#mark.position;
  }

  size(): { readonly entries: number; readonly bytes: number } {
    this.#settle();
    const { entries, bytes } = growthBy(this.#stage.diskChanges());
    return { entries: this.#mark.entries + entries, bytes: this.#mark.bytes + bytes };
  }

  clear(): void {
    this.#replayed.clear();
    this.discard();
    this.#file.clear();
    this.#mark = this.#file.mark();
  }

  close(): Promise<void> {
    return this.#parts.closed();
  }

  #publish(position: number): void {
    this.#settle();
    const now = this.#parts.clock.now();
    const changes = this.#stage.diskChanges();
    const isSame = changes.length === 0 && position === this.#mark.position;
    if (!isSame || now - this.#mark.writtenAt >= renewAfter) {
      this.#write(changes, position);
      this.#stage.clear();
      this.#forget();
    }
    if (!this.#isProven && (changes.length > 0 || now - this.#openedAt >= provenAfter)) {
      this.#isProven = true;
      this.#parts.proven();
    }
  }

  /** Writes what was replayed. A position that is behind it is no harm: what is replayed again gives the same. */
  #settle(): void {
    if (this.#replayed.size === 0) return;
    this.#write(this.#replayed.diskChanges(this.#file, this.#mark.entries === 0), this.#mark.position);
    this.#replayed.clear();
    this.#forget();
  }

  #write(changes: ReadonlyArray<DiskChange>, position: number): void {
    const { entries, bytes } = growthBy(changes);
    const writtenAt = this.#parts.clock.now();
    const mark = { position, writtenAt, entries: this.#mark.entries + entries, bytes: this.#mark.bytes + bytes };
    this.#file.write(changes, mark);
    this.#mark = mark;
  }

  /** What was read ahead of the file, or told of it, may not be so any more. */
  #forget(): void {
    this.#asked = undefined;
    this.#expiries.reset();
  }

  #facts(key: string): DiskFacts | undefined {
    if (this.#asked?.key === key) return this.#asked.facts;
    this.#settle();
    return this.#file.facts(key);
  }

  #decoded(bytes: Buffer): { readonly value: V; readonly expiresAt: number } {
    try {
      return decodeEntry(this.#spec, bytes);
    } catch (error) {
      throw this.#file.failed(error);
    }
  }

  /** Takes out an entry that is due and returns its value. */
  #takeOut({ key, expiresAt, isStaged }: MergedDue): V | undefined {
    if (isStaged) {
      const staged = this.#stage.get(key);
      const value = staged?.value;
      if (staged !== undefined) this.#stage.remove(key, staged);
      return value;
    }
    const bytes = this.#file.get(key);
    if (bytes === undefined) throw this.#file.failed(new Error(`there is an expiry for '${key}' and no entry`));
    this.#stage.removeFromDisk(key, { expiresAt, bytes: Buffer.byteLength(key) + bytes.length });
    return this.#decoded(bytes).value;
  }
}
