/** What was touched in a commit interval, each entry once: its slot, its value (`undefined`: gone) and its expiry (NaN: gone). */
export class Stage<V> {
  slots: number[] = [];
  values: (V | undefined)[] = [];
  expiries: number[] = [];

  /** Returns the place of the new entry. */
  add(slot: number, value: V | undefined, expiresAt: number): number {
    this.values.push(value);
    this.expiries.push(expiresAt);
    return this.slots.push(slot) - 1;
  }

  set(place: number, value: V | undefined, expiresAt: number): void {
    this.values[place] = value;
    this.expiries[place] = expiresAt;
  }

  clear(): void {
    this.slots = [];
    this.values = [];
    this.expiries = [];
  }
}
