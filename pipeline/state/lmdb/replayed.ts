import type { Change } from '../../core/ports/store.ts';
import type { DiskFacts } from './disk-change.ts';
import { type DiskMark, grownBy } from './disk-mark.ts';
import { KeyFilter } from './key-filter.ts';
import { ReplayBatch } from './replay-batch.ts';
import { replayGrowth, type ReplayWrites, writeReplayed } from './replay-writes.ts';
import type { StateFile } from './state-file.ts';

/** Bytes that may wait to be written. */
const mostBytes = 24 * 1024 * 1024;

/**
 * Changes of a replayed changelog on their way to a file: gathered, and then written in one transaction, at once or beside what goes on.
 * Of keys that were replayed into an empty file it is remembered which ones there were, so that it is not asked for each what it has.
 */
export class Replayed {
  readonly #file: StateFile;
  #batch: ReplayBatch | undefined;
  #written: KeyFilter | undefined;

  constructor(file: StateFile) {
    this.#file = file;
  }

  /** How many keys wait. */
  get size(): number {
    return this.#batch?.size ?? 0;
  }

  /** Whether it is time to write them. */
  get isFull(): boolean {
    return this.#batch !== undefined && this.#batch.bytes > mostBytes;
  }

  /** Throws `RangeError` for bytes that are too short to be an entry. */
  add(change: Change): void {
    this.#batch ??= new ReplayBatch();
    this.#batch.add(change);
  }

  /** Writes what waits; returns the mark that the file has then. */
  write(mark: DiskMark): DiskMark {
    const writes = this.#take(mark);
    const grown = grownBy(mark, replayGrowth(writes));
    this.#file.write(grown, (to) => {
      writeReplayed(to, writes);
    });
    return grown;
  }

  /** As `write`, on another thread: until it has ended the file is of no use. */
  async writeBeside(mark: DiskMark): Promise<DiskMark> {
    const writes = this.#take(mark);
    const grown = grownBy(mark, replayGrowth(writes));
    await this.#file.writeBeside(grown, (to) => {
      writeReplayed(to, writes);
    });
    return grown;
  }

  /** The file has got other changes than these. */
  forget(): void {
    this.#written = undefined;
  }

  /** Forgets what waits, too. */
  clear(): void {
    this.#batch = undefined;
    this.forget();
  }

  #take({ entries }: DiskMark): ReplayWrites {
    const batch = this.#batch ?? new ReplayBatch();
    this.#batch = undefined;
    if (entries === 0) this.#written = new KeyFilter();
    const written = this.#written;
    const before = new Map<number, DiskFacts>();
    for (const [slot, hash] of batch.hashes()) {
      if (written?.add(hash) === false) continue;
      const facts = this.#file.facts(batch.key(slot));
      if (facts !== undefined) before.set(slot, facts);
    }
    return { batch, before };
  }
}
