import type { SlotTable } from './slot-table.ts';

/** How many are kept: what is changed again and again, as open windows are, and no more than the collector can bear. */
const most = 16_384;

/**
 * Values of entries that were changed last, decoded, as they were published: an entry that changes in each commit is not read back from its
 * bytes each time. The oldest makes room for a new one.
 */
export class RecentValues<V> {
  readonly #table: SlotTable;
  /** By place: whose value it is, -1 if nobody's. */
  readonly #slots: number[] = [];
  readonly #values: (V | undefined)[] = [];
  #next = 0;

  constructor(table: SlotTable) {
    this.#table = table;
  }

  get(slot: number): V | undefined {
    const place = this.#table.recent(slot);
    return this.#slots[place] === slot ? this.#values[place] : undefined;
  }

  keep(slot: number, value: V): void {
    const known = this.#table.recent(slot);
    if (this.#slots[known] === slot) this.#values[known] = value;
    else this.#add(slot, value);
  }

  /** To be called before the slot's value changes otherwise, or the slot is removed. */
  forget(slot: number): void {
    const place = this.#table.recent(slot);
    if (this.#slots[place] !== slot) return;
    this.#slots[place] = -1;
    this.#values[place] = undefined;
  }

  clear(): void {
    this.#slots.length = 0;
    this.#values.length = 0;
    this.#next = 0;
  }

  #add(slot: number, value: V): void {
    const place = this.#next;
    this.#next = (place + 1) % most;
    this.#slots[place] = slot;
    this.#values[place] = value;
    this.#table.setRecent(slot, place);
  }
}
