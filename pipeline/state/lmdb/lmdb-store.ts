import { MillraceError } from '../../core/errors.ts';
import type { StateSpec } from '../../core/operator.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Change, StateStore } from '../../core/ports/store.ts';
import { decodeEntry } from '../entry-codec.ts';
import { compareKeys } from '../key-order.ts';
import type { DiskFacts } from './disk-change.ts';
import { type DiskMark, grownBy, growthBy } from './disk-mark.ts';
import { type MergedDue, MergedExpiries } from './merged-expiries.ts';
import { Proof } from './proof.ts';
import { Replayed } from './replayed.ts';
import { Stage } from './stage.ts';
import { writeChanges } from './disk-writes.ts';
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

/**
 * A store that holds its entries on disk, in an LMDB file, and what was changed since the last publish in memory.
 *
 * A read looks at the stage, then at the file (a memory map: no system call). `publish` writes what is staged and the changelog position
 * in one transaction, synchronously, and does not force it to the disk: the changelog is the truth. Replayed changes are gathered and
 * written in large transactions; the position stays where it was until a `publish`, which writes them on another thread: until it has
 * ended more may be replayed, and nothing else be done. An error of the disk is thrown as `state_disk_full`
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
  readonly #proof: Proof;
  /** Pending while what was replayed is written on another thread; never rejects. */
  #writing: Promise<void> | undefined;
  /** What the disk had under the key that was asked for last, since a put mostly follows the get of its key. */
  #asked: { readonly key: string; readonly facts: DiskFacts | undefined } | undefined;

  constructor(spec: StateSpec<V>, parts: LmdbStoreParts) {
    this.#spec = spec;
    this.#parts = parts;
    this.#file = parts.file;
    this.#stage = new Stage(spec);
    this.#replayed = new Replayed(parts.file);
    this.#expiries = new MergedExpiries(parts.file, this.#stage);
    this.#mark = parts.file.mark();
    this.#proof = new Proof(parts.clock, parts.proven);
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

  async publish(position: number): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    try {
      if (this.#replayed.size > 0 && this.#stage.size === 0) await this.#publishReplayed(position);
      else this.#publish(position);
    } catch (error) {
      throw this.#file.failed(error);
    }
  }

  discard(): void {
    this.#stage.clear();
    this.#forget();
  }

  restore(change: Change): void {
    this.#replayed.add(change);
    if (this.#replayed.isFull && this.#writing === undefined) this.#settle();
  }

  position(): number {
    return this.#mark.position;
  }

  size(): { readonly entries: number; readonly bytes: number } {
    if (this.#writing === undefined) this.#settle();
    const { entries, bytes } = grownBy(this.#mark, growthBy(this.#stage.diskChanges()));
    return { entries, bytes };
  }

  clear(): void {
    this.#mustBeIdle();
    this.#replayed.clear();
    this.discard();
    this.#file.clear();
    this.#mark = this.#file.mark();
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#parts.closed();
  }

  #publish(position: number): void {
    this.#settle();
    const now = this.#parts.clock.now();
    const changes = this.#stage.diskChanges();
    const isSame = changes.length === 0 && position === this.#mark.position;
    if (!isSame || now - this.#mark.writtenAt >= renewAfter) {
      const mark = grownBy(this.#markAt(position), growthBy(changes));
      this.#file.write(mark, (to) => {
        writeChanges(to, changes);
      });
      this.#mark = mark;
      this.#stage.clear();
      this.#forget();
    }
    this.#replayed.forget();
    this.#proof.written(changes.length > 0);
  }

  async #publishReplayed(position: number): Promise<void> {
    const written = this.#replayed.writeBeside(this.#markAt(position)).then((mark) => {
      this.#mark = mark;
      this.#writing = undefined;
      this.#forget();
      this.#proof.written(false);
    });
    this.#writing = written.catch(() => {
      this.#writing = undefined;
    });
    await written;
  }

  /** Writes what was replayed. A position that is behind it is no harm: what is replayed again gives the same. */
  #settle(): void {
    this.#mustBeIdle();
    if (this.#replayed.size === 0) return;
    this.#mark = this.#replayed.write(this.#markAt(this.#mark.position));
    this.#forget();
  }

  #mustBeIdle(): void {
    if (this.#writing !== undefined)
      throw new MillraceError('engine_defect', `node ${this.#parts.node} is used while what was replayed is published`);
  }

  #markAt(position: number): DiskMark {
    return { ...this.#mark, position, writtenAt: this.#parts.clock.now() };
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
