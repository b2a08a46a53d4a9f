import type { LogRecord } from '../../core/ports/cluster.ts';
import type { BatchLimits } from './delivery-options.ts';

const sizeOf = (record: LogRecord): number => record.value?.length ?? 0;

/** The records of one partition that have been read and not yet taken for a batch, in order. */
export class LaneBuffer {
  readonly #limits: BatchLimits;
  #records: LogRecord[] = [];
  #bytes = 0;
  #since = 0;

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  /** `now`: monotonic ms. */
  add(records: ReadonlyArray<LogRecord>, now: number): void {
    if (this.#records.length === 0) this.#since = now;
    for (const record of records) {
      this.#records.push(record);
      this.#bytes += sizeOf(record);
    }
  }

  get length(): number {
    return this.#records.length;
  }

  get first(): LogRecord | undefined {
    return this.#records[0];
  }

  get last(): LogRecord | undefined {
    return this.#records.at(-1);
  }

  /** Whether there is enough for a whole batch (`batches` of them). */
  isFull(batches = 1): boolean {
    return this.#records.length >= batches * this.#limits.records || this.#bytes >= batches * this.#limits.bytes;
  }

  /** When, in monotonic ms, what is there makes a batch even if nothing follows; `undefined` if there is nothing. */
  get dueAt(): number | undefined {
    return this.#records.length === 0 ? undefined : this.#since + this.#limits.waitMs;
  }

  /** Takes the records of one batch. */
  takeBatch(): ReadonlyArray<LogRecord> {
    let count = 0;
    for (let bytes = 0; count < Math.min(this.#records.length, this.#limits.records); count += 1) {
      const record = this.#records[count];
      bytes += record === undefined ? 0 : sizeOf(record);
      if (bytes > this.#limits.bytes && count > 0) break;
    }
    return this.#take(count);
  }

  /** Takes the records below an offset. */
  takeBelow(offset: number): ReadonlyArray<LogRecord> {
    const beyond = this.#records.findIndex((record) => record.offset >= offset);
    return this.#take(beyond === -1 ? this.#records.length : beyond);
  }

  #take(count: number): ReadonlyArray<LogRecord> {
    const taken = this.#records.slice(0, count);
    this.#records = this.#records.slice(count);
    for (const record of taken) this.#bytes -= sizeOf(record);
    return taken;
  }
}
