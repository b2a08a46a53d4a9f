import type { Store } from '../../pipeline/core/ports/store.ts';
import { sortableTime, timeOfSortable } from './window-start.ts';

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

/** Where a window stands: its key, made once, and its entry while that is being changed. */
interface Slot<E> {
  readonly key: string;
  draft: E | undefined;
  /** The entry that was put last, until it is told: a flush then needs no look into the store. */
  untold: E | undefined;
}

/**
 * The open windows of a task, over its store.
 *
 * An entry is copied on its first change in a chunk, changed in place, and put back once by `settle`, so that a window costs one copy
 * and one put per chunk, not per record. Between chunks everything is in the store. What is kept here beside it only saves time and is
 * found again after a restart: the keys of windows that were met since something was told, and which of them have changed, so that a
 * flush needs no scan.
 */
export class OpenWindows<E extends Changing> {
  readonly #store: Store<E>;
  readonly #traits: EntryTraits<E>;
  readonly #slots = new Map<number, Map<string, Slot<E>>>();
  readonly #drafted: Slot<E>[] = [];
  #untold: Slot<E>[] = [];
  #hasScanned = false;
  #nextClose = Infinity;
  #asOf = -Infinity;
  #recentStart = NaN;
  #recent: Map<string, Slot<E>> | undefined;

  constructor(store: Store<E>, traits: EntryTraits<E>) {
    this.#store = store;
    this.#traits = traits;
  }

  /** The window's entry, to be changed in place; `undefined` if it is not open. */
  find(start: number, id: string): E | undefined {
    const slot = this.#startingAt(start)?.get(id) ?? this.#slot(start, id);
    if (slot.draft !== undefined) return slot.draft;
    const stored = this.#store.get(slot.key);
    return stored === undefined ? undefined : this.#draft(slot, this.#traits.copy(stored));
  }

  /** Opens a window that was not found, with this entry, which is then changed in place. */
  open(start: number, id: string, entry: E): E {
    return this.#draft(this.#startingAt(start)?.get(id) ?? this.#slot(start, id), entry);
  }

  /** Closes what is due at this stream time. Cheap when nothing is. */
  expire(asOf: number): void {
    if (asOf >= this.#nextClose) this.settle();
    this.#asOf = asOf;
    this.#store.expire(asOf, this.#close);
  }

  /** Puts what was changed. To be called at the end of a chunk. */
  settle(): void {
    for (const slot of this.#drafted) {
      if (slot.draft === undefined) continue;
      this.#store.put(slot.key, slot.draft, this.#traits.closesAt(slot.draft));
      if (slot.draft.changed) this.#list(slot, slot.draft);
      slot.draft = undefined;
    }
    this.#drafted.length = 0;
    this.#nextClose = Infinity;
  }

  /** Calls `tell` for each window that has changed since it was told, by start and dims, with its next revision. To be called when settled. */
  tellChanged(tell: (entry: E) => void): void {
    this.#scanOnce();
    for (const slot of this.#untold.sort(compareKeys)) {
      const entry = slot.untold;
      slot.untold = undefined;
      if (entry === undefined) continue;
      const told = this.#traits.told(entry);
      this.#store.put(slot.key, told, this.#traits.closesAt(told));
      tell(told);
    }
    this.#untold = [];
    this.#slots.clear();
    this.#recentStart = NaN;
  }

  readonly #close = (key: string, entry: E): void => {
    this.#forget(key);
    this.#traits.close(entry, this.#asOf);
  };

  #draft(slot: Slot<E>, entry: E): E {
    slot.draft = entry;
    this.#drafted.push(slot);
    const closesAt = this.#traits.closesAt(entry);
    if (closesAt < this.#nextClose) this.#nextClose = closesAt;
    return entry;
  }

  #list(slot: Slot<E>, entry: E): void {
    if (slot.untold === undefined) this.#untold.push(slot);
    slot.untold = entry;
  }

  #startingAt(start: number): Map<string, Slot<E>> | undefined {
    if (start !== this.#recentStart) {
      this.#recent = this.#slots.get(start);
      this.#recentStart = start;
    }
    return this.#recent;
  }

  #slot(start: number, id: string): Slot<E> {
    const known = this.#startingAt(start);
    const byId = known ?? new Map<string, Slot<E>>();
    if (known === undefined) this.#slots.set(start, byId);
    this.#recent = byId;
    const slot = { key: `${sortableTime(start)}|${id}`, draft: undefined, untold: undefined };
    byId.set(id, slot);
    return slot;
  }

  #forget(key: string): void {
    const { start, id } = partsOf(key);
    const byId = this.#slots.get(start);
    const slot = byId?.get(id);
    if (slot !== undefined) slot.untold = undefined;
    byId?.delete(id);
    if (byId?.size !== 0) return;
    this.#slots.delete(start);
    this.#recentStart = NaN;
  }

  #scanOnce(): void {
    if (this.#hasScanned) return;
    this.#hasScanned = true;
    for (const [key, entry] of this.#store.scan('')) {
      const { start, id } = partsOf(key);
      if (entry.changed) this.#list(this.#slots.get(start)?.get(id) ?? this.#slot(start, id), entry);
    }
  }
}

const compareKeys = (a: { readonly key: string }, b: { readonly key: string }): number => (a.key < b.key ? -1 : 1);

const partsOf = (key: string): { readonly start: number; readonly id: string } => {
  const bar = key.indexOf('|');
  return { start: timeOfSortable(key.slice(0, bar)), id: key.slice(bar + 1) };
};
