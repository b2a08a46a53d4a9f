import type { Store } from '../../pipeline/core/ports/store.ts';
import { sortableTime } from './window-start.ts';

/** What `OpenWindows` must know of an entry. */
interface Changing {
  /** Whether it has changed since it was last told. */
  readonly changed: boolean;
}

/** How the entries of one operator are treated. */
export interface EntryTraits<E> {
  /** A copy that may be changed. */
  copy(entry: E): E;
  /** The same as told under the next revision. It may share what the original holds, which is not changed any more. */
  told(entry: E): E;
  /** Stream time at which the window closes, ms. */
  closesAt(entry: E): number;
  /** Called once for each window that closes, in the order (expiry, key bytes); the entry is gone from the store. */
  close(entry: E, asOf: number): void;
}

/**
 * The open windows of a task, over its store.
 *
 * An entry is copied on its first change in a chunk, changed in place, and put back once by `settle`, so that a window costs one copy
 * and one put per chunk, not per record. Between chunks everything is in the store. Which windows have changed since they were last told
 * stands in their entries; the list of their keys, kept here so that a flush needs no scan, is made anew from these after a restart.
 */
export class OpenWindows<E extends Changing> {
  readonly #store: Store<E>;
  readonly #traits: EntryTraits<E>;
  readonly #drafts = new Map<number, Map<string, E>>();
  readonly #keys: string[] = [];
  readonly #entries: E[] = [];
  readonly #untold = new Set<string>();
  #knowsUntold = false;
  #nextClose = Infinity;
  #asOf = -Infinity;
  #recentStart = NaN;
  #recent: Map<string, E> | undefined;

  constructor(store: Store<E>, traits: EntryTraits<E>) {
    this.#store = store;
    this.#traits = traits;
  }

  /** The window's entry, to be changed in place; `undefined` if it is not open. */
  find(start: number, id: string): E | undefined {
    const draft = this.#startingAt(start)?.get(id);
    if (draft !== undefined) return draft;
    const stored = this.#store.get(keyOf(start, id));
    return stored === undefined ? undefined : this.open(start, id, this.#traits.copy(stored));
  }

  /** Opens a window with this entry, which is then changed in place. */
  open(start: number, id: string, entry: E): E {
    let byId = this.#startingAt(start);
    if (byId === undefined) {
      byId = new Map();
      this.#drafts.set(start, byId);
      this.#recent = byId;
    }
    byId.set(id, entry);
    this.#keys.push(keyOf(start, id));
    this.#entries.push(entry);
    this.#nextClose = Math.min(this.#nextClose, this.#traits.closesAt(entry));
    return entry;
  }

  /** Closes what is due at this stream time. Cheap when nothing is. */
  expire(asOf: number): void {
    if (asOf >= this.#nextClose) this.settle();
    this.#asOf = asOf;
    this.#store.expire(asOf, this.#close);
  }

  /** Puts what was changed. To be called at the end of a chunk. */
  settle(): void {
    for (let at = 0; at < this.#entries.length; at++) this.#put(this.#keys[at], this.#entries[at]);
    this.#drafts.clear();
    this.#keys.length = 0;
    this.#entries.length = 0;
    this.#nextClose = Infinity;
    this.#recentStart = NaN;
  }

  /** Calls `tell` for each window that has changed since it was last told, by start and dims, with its next revision. To be called when settled. */
  tellChanged(tell: (entry: E) => void): void {
    this.#findUntold();
    for (const key of [...this.#untold].sort()) {
      const entry = this.#store.get(key);
      if (entry?.changed !== true) continue;
      const told = this.#traits.told(entry);
      this.#store.put(key, told, this.#traits.closesAt(told));
      tell(told);
    }
    this.#untold.clear();
  }

  #put(key: string | undefined, entry: E | undefined): void {
    if (key === undefined || entry === undefined) return;
    this.#store.put(key, entry, this.#traits.closesAt(entry));
    if (entry.changed) this.#untold.add(key);
  }

  readonly #close = (key: string, entry: E): void => {
    this.#untold.delete(key);
    this.#traits.close(entry, this.#asOf);
  };

  #startingAt(start: number): Map<string, E> | undefined {
    if (start !== this.#recentStart) {
      this.#recent = this.#drafts.get(start);
      this.#recentStart = start;
    }
    return this.#recent;
  }

  #findUntold(): void {
    if (this.#knowsUntold) return;
    for (const [key, entry] of this.#store.scan('')) if (entry.changed) this.#untold.add(key);
    this.#knowsUntold = true;
  }
}

const keyOf = (start: number, id: string): string => `${sortableTime(start)}|${id}`;
