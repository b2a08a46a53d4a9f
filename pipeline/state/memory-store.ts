import { MillraceError } from '../core/errors.ts';
import type { StateSpec } from '../core/operator.ts';
import type { Change, StateStore } from '../core/ports/store.ts';
import { decodeEntry, encodeEntry } from './entry-codec.ts';
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

/** `stage` says in which commit interval the entry was made: one of the present may still be changed in place. */
interface Entry<V> {
  value: V;
  expiresAt: number;
  readonly stage: number;
}

const mostEntries = 8_000_000;
const beforeAll = -1;

/**
 * A store that holds its entries decoded, in memory, and rebuilds them from the changelog.
 *
 * Staging is an undo log: the first touch of a key in a commit interval remembers what was committed. So reads cost one look, `publish`
 * costs nothing per entry and `discard` what was touched. Growing past a limit throws `state_limit` naming the node.
 */
class MemoryStore<V> implements StateStore<V> {
  readonly #spec: StateSpec<V>;
  readonly #options: MemoryStoreOptions;
  readonly #entries = new Map<string, Entry<V>>();
  readonly #undo = new Map<string, Entry<V> | undefined>();
  readonly #expiries = new ExpiryIndex();
  readonly #estimate = new SizeEstimate();
  #stage = 0;
  #position = 0;
  #limit: number;

  constructor(spec: StateSpec<V>, options: MemoryStoreOptions) {
    this.#spec = spec;
    this.#options = options;
    this.#limit = this.#entriesAllowed();
  }

  get(key: string): V | undefined {
    return this.#entries.get(key)?.value;
  }

  put(key: string, value: V, expiresAt: number): void {
    const entry = this.#entries.get(key);
    if (entry?.stage === this.#stage) this.#change(key, entry, { value, expiresAt });
    else {
      this.#remember(key, entry);
      this.#entries.set(key, { value, expiresAt, stage: this.#stage });
      if (this.#entries.size > this.#limit) this.#refuse();
      if (entry?.expiresAt !== expiresAt) this.#index(key, expiresAt);
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#remove(key, entry);
  }

  *scan(prefix: string): Iterable<readonly [key: string, value: V]> {
    const keys = [...this.#entries.keys()].filter((key) => key.startsWith(prefix)).sort(compareKeys);
    for (const key of keys) {
      const entry = this.#entries.get(key);
      if (entry !== undefined) yield [key, entry.value];
    }
  }

  expire(asOf: number, visit: (key: string, value: V) => void): void {
    if (asOf < this.#expiries.earliest) return;
    for (let due = this.#expiries.take(asOf); due !== undefined; due = this.#expiries.take(asOf)) {
      const entry = this.#entries.get(due.key);
      if (entry?.expiresAt !== due.expiresAt) continue;
      this.#remove(due.key, entry);
      visit(due.key, entry.value);
    }
  }

  *changes(): Iterable<Change> {
    for (const [key, before] of this.#undo) {
      const entry = this.#entries.get(key);
      if (entry !== undefined) yield this.#encoded(key, entry);
      else if (before !== undefined) yield { key: Buffer.from(key), value: null };
    }
    this.#limit = this.#entriesAllowed();
  }

  publish(position: number): Promise<void> {
    this.#position = position;
    this.#nextStage();
    return Promise.resolve();
  }

  discard(): void {
    for (const [key, before] of this.#undo) {
      if (before === undefined) this.#entries.delete(key);
      else this.#reset(key, before);
    }
    this.#nextStage();
  }

  restore({ key, value }: Change): void {
    const name = key.toString();
    if (value === null) this.#entries.delete(name);
    else {
      this.#estimate.add(key.length + value.length);
      const { value: decoded, expiresAt } = decodeEntry(this.#spec, value);
      this.#reset(name, { value: decoded, expiresAt, stage: beforeAll });
      if (this.#entries.size > this.#limit) this.#refuse();
    }
  }

  position(): number {
    return this.#position;
  }

  size(): { readonly entries: number; readonly bytes: number } {
    const entries = this.#entries.size;
    return { entries, bytes: Math.round(entries * this.#estimate.perEntry) };
  }

  close(): Promise<void> {
    this.#entries.clear();
    this.#undo.clear();
    this.#expiries.clear();
    return Promise.resolve();
  }

  #encoded(key: string, entry: Entry<V>): Change {
    const change = { key: Buffer.from(key), value: encodeEntry(this.#spec, entry) };
    this.#estimate.add(change.key.length + change.value.length);
    return change;
  }

  /** An entry of this stage is nobody's but ours, so a hot key costs one look and no allocation. */
  #change(key: string, entry: Entry<V>, { value, expiresAt }: { readonly value: V; readonly expiresAt: number }): void {
    entry.value = value;
    if (entry.expiresAt === expiresAt) return;
    entry.expiresAt = expiresAt;
    this.#index(key, expiresAt);
  }

  /** Its reference may have been taken since, so it gets another; two of the same do no harm. */
  #reset(key: string, entry: Entry<V>): void {
    this.#entries.set(key, entry);
    this.#index(key, entry.expiresAt);
  }

  #remove(key: string, entry: Entry<V>): void {
    if (entry.stage !== this.#stage) this.#remember(key, entry);
    this.#entries.delete(key);
  }

  #remember(key: string, before: Entry<V> | undefined): void {
    if (!this.#undo.has(key)) this.#undo.set(key, before);
  }

  #nextStage(): void {
    this.#undo.clear();
    this.#stage += 1;
  }

  #index(key: string, expiresAt: number): void {
    if (expiresAt === Infinity) return;
    if (!(expiresAt < Infinity))
      throw new MillraceError('engine_defect', `node ${this.#options.node} put '${key}' with no number as its expiry`);
    this.#expiries.add(key, expiresAt);
    if (this.#expiries.size > 2 * this.#entries.size + 1024) this.#reindex();
  }

  /** Most references are stale: keys that were put again and again with other expiries. Amortised over what made them stale. */
  #reindex(): void {
    this.#expiries.clear();
    for (const [key, { expiresAt }] of this.#entries) if (expiresAt !== Infinity) this.#expiries.add(key, expiresAt);
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
