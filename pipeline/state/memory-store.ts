import { MillraceError } from '../core/errors.ts';
import type { StateSpec } from '../core/operator.ts';
import type { Change, StateStore } from '../core/ports/store.ts';
import { decodeEntry, encodeEntry, type Expiring } from './entry-codec.ts';
import { ExpiryIndex } from './expiry-index.ts';
import { compareKeys } from './key-order.ts';
import { SizeEstimate } from './size-estimate.ts';

/** Whose state it is and how much of it may be held. */
export interface MemoryStoreOptions {
  /** The node's name, for messages. */
  readonly node: string;
  /** Live entries at most; 8 million if left out, since a JavaScript `Map` that keeps changing breaks beyond 8.4 million. */
  readonly limitEntries?: number;
  /** Encoded bytes at most, as estimated by `size`; unlimited if left out. */
  readonly limitBytes?: number;
}

/** An entry as it is now. It stays the same object for as long as its key lives, so that whoever refers to it needs no look-up. */
interface Entry<V> {
  readonly key: string;
  value: V;
  expiresAt: number;
  /** The commit interval in which it was touched last. */
  stage: number;
  /** It was taken out in this commit interval, and is kept until that is over. */
  isGone: boolean;
}

const mostEntries = 8_000_000;
const beforeAll = -1;

/**
 * A store that holds its entries decoded, in memory, and rebuilds them from the changelog.
 *
 * Staging is an undo log: the first touch of an entry in a commit interval notes what was committed. So reads cost one look, `publish`
 * costs nothing for an entry that lives on, and `discard` what was touched. Growing past a limit throws `state_limit` naming the node.
 */
class MemoryStore<V> implements StateStore<V> {
  readonly #spec: StateSpec<V>;
  readonly #options: MemoryStoreOptions;
  readonly #entries = new Map<string, Entry<V>>();
  /** The entries that were touched in this stage, each once, and at the same place what was committed of them. */
  #touched: Entry<V>[] = [];
  #before: (Expiring<V> | undefined)[] = [];
  readonly #expiries = new ExpiryIndex<Entry<V>>();
  readonly #estimate = new SizeEstimate();
  #live = 0;
  #stage = 0;
  #position = 0;
  #limit: number;

  constructor(spec: StateSpec<V>, options: MemoryStoreOptions) {
    this.#spec = spec;
    this.#options = options;
    this.#limit = this.#entriesAllowed();
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    return entry === undefined || entry.isGone ? undefined : entry.value;
  }

  put(key: string, value: V, expiresAt: number): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) this.#touch(this.#add(key, { value, expiresAt }), undefined);
    else {
      if (entry.stage !== this.#stage) this.#touch(entry, { value: entry.value, expiresAt: entry.expiresAt });
      this.#set(entry, value, expiresAt);
    }
    if (this.#live > this.#limit) this.#refuse();
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined && !entry.isGone) this.#remove(entry);
  }

  *scan(prefix: string): Iterable<readonly [key: string, value: V]> {
    const keys = [...this.#entries.keys()].filter((key) => key.startsWith(prefix)).sort(compareKeys);
    for (const key of keys) {
      const entry = this.#entries.get(key);
      if (entry !== undefined && !entry.isGone) yield [key, entry.value];
    }
  }

  expire(asOf: number, visit: (key: string, value: V) => void): void {
    if (asOf < this.#expiries.earliest) return;
    for (let due = this.#expiries.take(asOf); due !== undefined; due = this.#expiries.take(asOf)) {
      if (due.isGone) continue;
      this.#remove(due);
      visit(due.key, due.value);
    }
  }

  *changes(): Iterable<Change> {
    for (const [at, entry] of this.#touched.entries()) {
      if (!entry.isGone) yield this.#encoded(entry);
      else if (this.#before[at] !== undefined) yield { key: Buffer.from(entry.key), value: null };
    }
    this.#limit = this.#entriesAllowed();
  }

  publish(position: number): Promise<void> {
    this.#position = position;
    for (const entry of this.#touched) if (entry.isGone) this.#entries.delete(entry.key);
    this.#nextStage();
    return Promise.resolve();
  }

  discard(): void {
    for (const [at, entry] of this.#touched.entries()) {
      const before = this.#before[at];
      if (before !== undefined) this.#set(entry, before.value, before.expiresAt);
      else this.#forget(entry);
    }
    this.#nextStage();
  }

  restore({ key, value }: Change): void {
    const name = key.toString();
    const entry = this.#entries.get(name);
    if (value === null) {
      if (entry !== undefined) this.#forget(entry);
      return;
    }
    this.#estimate.add(key.length + value.length);
    const decoded = decodeEntry(this.#spec, value);
    if (entry === undefined) this.#add(name, decoded);
    else this.#set(entry, decoded.value, decoded.expiresAt);
    if (this.#live > this.#limit) this.#refuse();
  }

  position(): number {
    return this.#position;
  }

  size(): { readonly entries: number; readonly bytes: number } {
    return { entries: this.#live, bytes: Math.round(this.#live * this.#estimate.perEntry) };
  }

  clear(): void {
    this.#entries.clear();
    this.#live = 0;
    this.#expiries.clear();
    this.#nextStage();
    this.#position = 0;
  }

  close(): Promise<void> {
    this.clear();
    return Promise.resolve();
  }

  #encoded(entry: Entry<V>): Change {
    const change = { key: Buffer.from(entry.key), value: encodeEntry(this.#spec, entry) };
    this.#estimate.add(change.key.length + change.value.length);
    return change;
  }

  #add(key: string, { value, expiresAt }: Expiring<V>): Entry<V> {
    const entry = { key, value, expiresAt, stage: beforeAll, isGone: false };
    this.#entries.set(key, entry);
    this.#live += 1;
    this.#index(entry);
    return entry;
  }

  /** Its reference may have been taken while it was gone, so it gets another; two of the same do no harm. */
  #set(entry: Entry<V>, value: V, expiresAt: number): void {
    const isIndexed = !entry.isGone && entry.expiresAt === expiresAt;
    if (entry.isGone) this.#live += 1;
    entry.isGone = false;
    entry.value = value;
    if (isIndexed) return;
    entry.expiresAt = expiresAt;
    this.#index(entry);
  }

  #remove(entry: Entry<V>): void {
    if (entry.stage !== this.#stage) this.#touch(entry, { value: entry.value, expiresAt: entry.expiresAt });
    entry.isGone = true;
    this.#live -= 1;
  }

  /** Takes an entry out as if it had never been. */
  #forget(entry: Entry<V>): void {
    if (!entry.isGone) this.#live -= 1;
    entry.isGone = true;
    this.#entries.delete(entry.key);
  }

  #touch(entry: Entry<V>, before: Expiring<V> | undefined): void {
    entry.stage = this.#stage;
    this.#touched.push(entry);
    this.#before.push(before);
  }

  #nextStage(): void {
    this.#touched = [];
    this.#before = [];
    this.#stage += 1;
  }

  #index(entry: Entry<V>): void {
    if (entry.expiresAt === Infinity) return;
    if (!(entry.expiresAt < Infinity))
      throw new MillraceError('engine_defect', `node ${this.#options.node} put '${entry.key}' with no number as its expiry`);
    this.#expiries.add(entry);
    if (this.#expiries.size > 2 * this.#entries.size + 1024) this.#reindex();
  }

  /** Most references are stale: keys that were put again and again with other expiries. Amortised over what made them stale. */
  #reindex(): void {
    this.#expiries.clear();
    for (const entry of this.#entries.values()) if (!entry.isGone && entry.expiresAt !== Infinity) this.#expiries.add(entry);
  }

  #entriesAllowed(): number {
    const { limitEntries = mostEntries, limitBytes = Infinity } = this.#options;
    return Math.min(limitEntries, limitBytes / this.#estimate.perEntry);
  }

  #refuse(): never {
    const { node, limitEntries = mostEntries, limitBytes } = this.#options;
    const { entries, bytes } = this.size();
    const limits = `${limitEntries} entries${limitBytes === undefined ? '' : ` or ${limitBytes} bytes`}`;
    throw new MillraceError('state_limit', `node ${node} keeps ${entries} entries of about ${bytes} bytes; its limit is ${limits}`);
  }
}

/** A store in memory for one node within one task. What it keeps across restarts is in the changelog alone. */
export const memoryStore = <V>(spec: StateSpec<V>, options: MemoryStoreOptions): StateStore<V> => new MemoryStore(spec, options);
