import { MillraceError } from '../core/errors.ts';
import type { StateSpec } from '../core/operator.ts';
import type { Change, StateStore } from '../core/ports/store.ts';
import { encodeEntry, entryExpiry, expiryBytes } from './entry-codec.ts';
import { ExpiryIndex } from './expiry-index.ts';
import { compareKeys } from './key-order.ts';
import { SizeEstimate } from './size-estimate.ts';
import { BlockMemory } from './memory/block-memory.ts';
import { KeyScratch } from './memory/key-scratch.ts';
import { RecentValues } from './memory/recent-values.ts';
import { SlotReferences } from './memory/slot-references.ts';
import { SlotTable } from './memory/slot-table.ts';
import { Stage } from './memory/stage.ts';
import { type MemoryStoreOptions, StoreLimit } from './memory/store-limit.ts';

/**
 * A store that holds its entries encoded, in blocks of memory that the collector does not look through, and rebuilds them from the changelog.
 *
 * Only what is touched in a commit interval is decoded: it stands beside what was committed until `publish` writes it there, so that
 * `discard` has nothing to undo but keys that are new. Growing past a limit throws `state_limit` naming the node.
 */
class MemoryStore<V> implements StateStore<V> {
  readonly #spec: StateSpec<V>;
  readonly #node: string;
  readonly #limit: StoreLimit;
  readonly #scratch = new KeyScratch();
  readonly #table: SlotTable;
  readonly #references: SlotReferences;
  readonly #expiries: ExpiryIndex<number>;
  readonly #estimate = new SizeEstimate();
  readonly #stage = new Stage<V>();
  readonly #recent: RecentValues<V>;
  /** What the changelog was told of each touched entry, if nothing has been touched since. */
  #told: ReadonlyArray<Change | undefined> | undefined;
  #live = 0;
  #position = 0;

  constructor(spec: StateSpec<V>, options: MemoryStoreOptions) {
    this.#spec = spec;
    this.#node = options.node;
    this.#limit = new StoreLimit(options);
    this.#table = new SlotTable(new BlockMemory(options.node));
    this.#references = new SlotReferences(this.#table);
    this.#expiries = new ExpiryIndex<number>(this.#references);
    this.#recent = new RecentValues<V>(this.#table);
  }

  get(key: string): V | undefined {
    const slot = this.#table.find(this.#scratch.set(key));
    return slot < 0 ? undefined : this.#valueOf(slot);
  }

  put(key: string, value: V, expiresAt: number): void {
    if (!(expiresAt <= Infinity)) throw this.#noNumber(key);
    const found = this.#table.find(this.#scratch.set(key));
    const slot = found < 0 ? this.#table.add(this.#scratch) : found;
    const before = found < 0 ? NaN : this.#expiryOf(slot);
    if (Number.isNaN(before)) this.#live += 1;
    this.#touch(slot, value, expiresAt);
    if (before !== expiresAt) this.#index(slot, expiresAt);
    if (this.#limit.isPassedBy(this.#live)) throw this.#limit.passed(this.size());
  }

  delete(key: string): void {
    const slot = this.#table.find(this.#scratch.set(key));
    if (slot >= 0 && !Number.isNaN(this.#expiryOf(slot))) this.#remove(slot);
  }

  *scan(prefix: string): Iterable<readonly [key: string, value: V]> {
    const keys: string[] = [];
    for (let slot = 0; slot < this.#table.end; slot++) {
      if (!this.#table.isUsed(slot)) continue;
      const key = this.#table.key(slot);
      if (key.startsWith(prefix)) keys.push(key);
    }
    for (const key of keys.sort(compareKeys)) {
      const value = this.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  expire(asOf: number, visit?: (key: string, value: V) => void): void {
    if (asOf < this.#expiries.earliest) return;
    for (let due = this.#expiries.take(asOf); due !== undefined; due = this.#expiries.take(asOf)) {
      const slot = this.#references.slotOf(due);
      const value = visit === undefined ? undefined : this.#valueOf(slot);
      this.#remove(slot);
      if (value !== undefined) visit?.(this.#table.key(slot), value);
    }
  }

  changes(): Iterable<Change> {
    const told = this.#tell();
    this.#limit.weigh(this.#estimate.perEntry);
    return told.filter((change) => change !== undefined);
  }

  publish(position: number): Promise<void> {
    this.#position = position;
    const told = this.#told ?? this.#tell();
    for (let at = 0; at < told.length; at++) {
      const slot = this.#stage.slots[at] ?? 0;
      const bytes = told[at]?.value;
      if (bytes === undefined || bytes === null) this.#drop(slot);
      else this.#settle(slot, bytes, this.#stage.values[at]);
    }
    this.#nextStage();
    return Promise.resolve();
  }

  discard(): void {
    for (const [at, slot] of this.#stage.slots.entries()) {
      const isLive = !Number.isNaN(this.#stage.expiries[at]);
      const wasLive = this.#table.hasValue(slot);
      this.#live += Number(wasLive) - Number(isLive);
      this.#table.setStaged(slot, -1);
      if (wasLive) this.#index(slot, this.#expiryOf(slot));
      else this.#table.remove(slot);
    }
    this.#nextStage();
  }

  /** A value that is new is seldom changed soon; one that has changed is. */
  #settle(slot: number, bytes: Buffer, value: V | undefined): void {
    if (value !== undefined && this.#table.hasValue(slot)) this.#recent.keep(slot, value);
    this.#table.setValue(slot, bytes);
    this.#table.setStaged(slot, -1);
  }

  #drop(slot: number): void {
    this.#recent.forget(slot);
    this.#table.remove(slot);
  }

  restore({ key, value }: Change): void {
    const found = this.#table.find(this.#scratch.setBytes(key));
    if (value === null) {
      if (found < 0) return;
      this.#drop(found);
      this.#live -= 1;
      return;
    }
    const expiresAt = entryExpiry(value);
    if (!(expiresAt <= Infinity)) throw this.#noNumber(key.toString());
    this.#estimate.add(key.length + value.length);
    const slot = found < 0 ? this.#table.add(this.#scratch) : found;
    if (found < 0) this.#live += 1;
    this.#recent.forget(slot);
    this.#table.setValue(slot, value);
    this.#index(slot, expiresAt);
    if (this.#limit.isPassedBy(this.#live)) throw this.#limit.passed(this.size());
  }

  position(): number {
    return this.#position;
  }

  size(): { readonly entries: number; readonly bytes: number } {
    return { entries: this.#live, bytes: Math.round(this.#live * this.#estimate.perEntry) };
  }

  clear(): void {
    this.#table.clear();
    this.#recent.clear();
    this.#live = 0;
    this.#expiries.clear();
    this.#nextStage();
    this.#position = 0;
  }

  close(): Promise<void> {
    this.clear();
    return Promise.resolve();
  }

  /** What a slot holds now; `undefined` if its key is gone in this stage. */
  #valueOf(slot: number): V | undefined {
    const staged = this.#table.staged(slot);
    if (staged >= 0) return this.#stage.values[staged];
    return this.#recent.get(slot) ?? this.#spec.decode(this.#table.valueBytes(slot, expiryBytes));
  }

  /** When it expires; NaN if it is gone. */
  #expiryOf(slot: number): number {
    const staged = this.#table.staged(slot);
    return staged < 0 ? this.#table.expiry(slot) : (this.#stage.expiries[staged] ?? NaN);
  }

  #remove(slot: number): void {
    this.#touch(slot, undefined, NaN);
    this.#references.none(slot);
    this.#live -= 1;
  }

  #touch(slot: number, value: V | undefined, expiresAt: number): void {
    const staged = this.#table.staged(slot);
    if (staged < 0) this.#table.setStaged(slot, this.#stage.add(slot, value, expiresAt));
    else this.#stage.set(staged, value, expiresAt);
    this.#told = undefined;
  }

  #tell(): ReadonlyArray<Change | undefined> {
    const { slots, values, expiries } = this.#stage;
    const told: (Change | undefined)[] = [];
    for (let at = 0; at < slots.length; at++) told.push(this.#tellOne(slots[at] ?? 0, values[at], expiries[at] ?? NaN));
    this.#told = told;
    return told;
  }

  /** `undefined` of what came and went in this stage. */
  #tellOne(slot: number, value: V | undefined, expiresAt: number): Change | undefined {
    const isGone = value === undefined || Number.isNaN(expiresAt);
    if (isGone && !this.#table.hasValue(slot)) return undefined;
    const key = this.#table.keyBytes(slot);
    if (isGone) return { key, value: null };
    const change = { key, value: encodeEntry(this.#spec, { value, expiresAt }) };
    this.#estimate.add(key.length + change.value.length);
    return change;
  }

  #nextStage(): void {
    this.#stage.clear();
    this.#told = undefined;
  }

  #index(slot: number, expiresAt: number): void {
    if (expiresAt === Infinity) return this.#references.none(slot);
    this.#expiries.add(this.#references.next(slot), expiresAt);
    if (this.#expiries.size > 2 * this.#table.size + 1024) this.#reindex();
  }

  /** Most references are stale: keys that were put again and again with other expiries. Amortised over what made them stale. */
  #reindex(): void {
    this.#expiries.clear();
    for (let slot = 0; slot < this.#table.end; slot++) {
      const expiresAt = this.#table.isUsed(slot) ? this.#expiryOf(slot) : NaN;
      if (expiresAt < Infinity) this.#expiries.add(this.#references.next(slot), expiresAt);
    }
  }

  #noNumber(key: string): MillraceError {
    return new MillraceError('engine_defect', `node ${this.#node} put '${key}' with no number as its expiry`);
  }
}

/** A store in memory for one node within one task. What it keeps across restarts is in the changelog alone. */
export const memoryStore = <V>(spec: StateSpec<V>, options: MemoryStoreOptions): StateStore<V> => new MemoryStore(spec, options);
