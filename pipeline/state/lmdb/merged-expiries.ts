import { compareKeys } from '../key-order.ts';
import { DiskExpiries } from './disk-expiries.ts';
import { type Due, PendingExpiries } from './pending-expiries.ts';
import type { Stage } from './stage.ts';
import type { StateFile } from './state-file.ts';

/** A key whose entry has expired, and whether that entry is staged or on disk. */
export interface MergedDue extends Due {
  readonly isStaged: boolean;
}

const comesFirst = (a: Due, b: Due): boolean => (a.expiresAt === b.expiresAt ? compareKeys(a.key, b.key) < 0 : a.expiresAt < b.expiresAt);

/** What expires when, on disk and in the stage above it, in the one order (expiry, key bytes). */
export class MergedExpiries<V> {
  readonly #stage: Stage<V>;
  readonly #pending = new PendingExpiries();
  readonly #onDisk: DiskExpiries;

  constructor(file: StateFile, stage: Stage<V>) {
    this.#stage = stage;
    this.#onDisk = new DiskExpiries(file);
  }

  /** Tells of the expiry of a staged entry, in ms; finite. */
  add(key: string, expiresAt: number): void {
    this.#pending.add(key, expiresAt);
  }

  /** Whether anything may be due at `asOf`: two comparisons. */
  mayBeDue(asOf: number): boolean {
    return asOf >= this.#pending.earliest || asOf >= this.#onDisk.earliest;
  }

  /** The next entry that is due at `asOf`; the caller takes it out. */
  take(asOf: number): MergedDue | undefined {
    const staged = this.#firstStaged(asOf);
    const stored = this.#firstStored(asOf);
    if (stored !== undefined && (staged === undefined || comesFirst(stored, staged))) {
      this.#onDisk.drop();
      return { key: stored.key, expiresAt: stored.expiresAt, isStaged: false };
    }
    if (staged === undefined) return undefined;
    this.#pending.drop();
    return { key: staged.key, expiresAt: staged.expiresAt, isStaged: true };
  }

  /** The file has changed, or the stage is empty: begins anew from the file. */
  reset(): void {
    this.#pending.clear();
    this.#onDisk.reset();
  }

  #firstStaged(asOf: number): Due | undefined {
    for (let due = this.#pending.peek(asOf); due !== undefined; due = this.#pending.peek(asOf)) {
      if (this.#stage.expires(due.key, due.expiresAt)) return due;
      this.#pending.drop();
    }
    return undefined;
  }

  #firstStored(asOf: number): Due | undefined {
    for (let due = this.#onDisk.peek(asOf); due !== undefined; due = this.#onDisk.peek(asOf)) {
      if (this.#stage.get(due.key) === undefined) return due;
      this.#onDisk.drop();
    }
    return undefined;
  }
}
