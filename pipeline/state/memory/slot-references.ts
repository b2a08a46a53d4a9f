import type { References } from '../expiry-index.ts';
import { mostSlots, type SlotTable } from './slot-table.ts';

/** Stamps come again after so many, which is more than an index holds. */
const stamps = 2 ** 26;

/**
 * References to slots of a table as an expiry index keeps them: numbers that name a slot and the stamp it was given with the reference. A slot that
 * got another stamp since, because its entry has another expiry now or it serves another key, has made its older references stale.
 */
export class SlotReferences implements References<number> {
  readonly #table: SlotTable;
  #stamp = 0;

  constructor(table: SlotTable) {
    this.#table = table;
  }

  /** A new reference to a slot; those before are stale from now on. */
  next(slot: number): number {
    this.#stamp = (this.#stamp % stamps) + 1;
    this.#table.setStamp(slot, this.#stamp);
    return this.#stamp * mostSlots + slot;
  }

  /** Makes all references to a slot stale. */
  none(slot: number): void {
    this.#table.setStamp(slot, 0);
  }

  slotOf(reference: number): number {
    return reference - Math.floor(reference / mostSlots) * mostSlots;
  }

  isStale(reference: number): boolean {
    const stamp = Math.floor(reference / mostSlots);
    return this.#table.stamp(reference - stamp * mostSlots) !== stamp;
  }

  compare(a: number, b: number): number {
    return this.#table.compare(this.slotOf(a), this.slotOf(b));
  }
}
