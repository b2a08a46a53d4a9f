import type { NewRecord } from '../../core/ports/cluster.ts';

/** What the tasks of a process want written in the open transaction, in order, until the producer takes it. */
export class Outbox {
  #records: NewRecord[] = [];
  #sent = 0;

  put(record: NewRecord): void {
    this.#records.push(record);
  }

  get waiting(): number {
    return this.#records.length - this.#sent;
  }

  /** Hands records to `take` in order until it refuses one, which stays first. Returns how many were taken. */
  drainInto(take: (record: NewRecord) => boolean): number {
    const before = this.#sent;
    while (this.#sent < this.#records.length) {
      const record = this.#records[this.#sent];
      if (record === undefined || !take(record)) return this.#sent - before;
      this.#sent += 1;
    }
    const taken = this.#sent - before;
    this.clear();
    return taken;
  }

  clear(): void {
    this.#records = [];
    this.#sent = 0;
  }
}
