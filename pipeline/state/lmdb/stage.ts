import type { StateSpec } from '../../core/operator.ts';
import type { Change } from '../../core/ports/store.ts';
import { encodeEntry } from '../entry-codec.ts';
import type { DiskChange, DiskFacts } from './disk-change.ts';

/** A key that was touched since the last publish; `disk` is what stands under it on disk. `value` counts only while it is live. */
export interface Staged<V> {
  isLive: boolean;
  value: V | undefined;
  expiresAt: number;
  encoded: Buffer | undefined;
  readonly disk: DiskFacts | undefined;
}

/** What a commit interval has changed over the state on disk, by key. */
export class Stage<V> {
  readonly #spec: StateSpec<V>;
  readonly #keys = new Map<string, Staged<V>>();

  constructor(spec: StateSpec<V>) {
    this.#spec = spec;
  }

  get size(): number {
    return this.#keys.size;
  }

  get(key: string): Staged<V> | undefined {
    return this.#keys.get(key);
  }

  /** Stages a live entry over what is on disk. */
  add(key: string, entry: { readonly value: V; readonly expiresAt: number }, disk: DiskFacts | undefined): void {
    this.#keys.set(key, { isLive: true, value: entry.value, expiresAt: entry.expiresAt, encoded: undefined, disk });
  }

  /** Changes an entry that is staged already. */
  change(staged: Staged<V>, value: V, expiresAt: number): void {
    staged.isLive = true;
    staged.value = value;
    staged.expiresAt = expiresAt;
    staged.encoded = undefined;
  }

  /** Takes out a staged entry; what never was on disk leaves no trace. */
  remove(key: string, staged: Staged<V>): void {
    if (staged.disk === undefined) this.#keys.delete(key);
    else {
      staged.isLive = false;
      staged.value = undefined;
      staged.encoded = undefined;
    }
  }

  /** Stages that an entry on disk is gone. */
  removeFromDisk(key: string, disk: DiskFacts): void {
    this.#keys.set(key, { isLive: false, value: undefined, expiresAt: disk.expiresAt, encoded: undefined, disk });
  }

  /** Every touched key as the changelog holds it. */
  *changes(): Iterable<Change> {
    for (const [key, staged] of this.#keys) yield { key: Buffer.from(key), value: this.#encoded(staged) };
  }

  /** Every touched key as the disk takes it, in an order that is near that of the disk: neighbours share pages. */
  diskChanges(): ReadonlyArray<DiskChange> {
    const changes: DiskChange[] = [];
    for (const [key, staged] of this.#keys) changes.push({ key, entry: this.#encoded(staged), before: staged.disk });
    return changes.sort(byKey);
  }

  /** Whether the key has a live staged entry that expires at this time. */
  expires(key: string, at: number): boolean {
    const staged = this.#keys.get(key);
    return staged?.isLive === true && staged.expiresAt === at;
  }

  /** Live staged entries whose keys begin with `prefix`. */
  *live(prefix: string): Iterable<readonly [key: string, staged: Staged<V>]> {
    for (const pair of this.#keys) if (pair[1].isLive && pair[0].startsWith(prefix)) yield pair;
  }

  clear(): void {
    this.#keys.clear();
  }

  #encoded(staged: Staged<V>): Buffer | null {
    if (!staged.isLive || staged.value === undefined) return null;
    staged.encoded ??= encodeEntry(this.#spec, { value: staged.value, expiresAt: staged.expiresAt });
    return staged.encoded;
  }
}

const byKey = (a: DiskChange, b: DiskChange): number => (a.key < b.key ? -1 : 1);
