import type { Headers, NewHeaders, Isolation, LogRecord, NewRecord, TopicPartition } from '../../core/ports/cluster.ts';
import type { Transaction } from './transaction.ts';

const bytesOf = (value: Buffer | string): Buffer => (typeof value === 'string' ? Buffer.from(value) : value);

const headersOf = (headers: NewHeaders | undefined): Headers | undefined =>
  headers === undefined || headers.length === 0
    ? undefined
    : headers.map((header) => Object.fromEntries(Object.entries(header).map(([name, value]) => [name, bytesOf(value)])));

/**
 * One partition: records in the order of their offsets, and a marker, which takes an offset too, at the end of each transaction.
 * Appending and reading are O(1) a record.
 */
export class PartitionLog implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  #low = 0;
  /** At `offset - #low`: the record, or `undefined` for a marker. */
  #entries: (LogRecord | undefined)[] = [];
  /** At the same place: the transaction that wrote it. */
  #owners: (Transaction | undefined)[] = [];
  /** Open transactions with the first offset of each, the lowest first. */
  readonly #open = new Map<Transaction, number>();

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  get low(): number {
    return this.#low;
  }

  /** The end of the log, or for committed readers the last stable offset: where the first open transaction begins. */
  high(isolation: Isolation): number {
    if (isolation === 'committed') for (const first of this.#open.values()) return first;
    return this.#low + this.#entries.length;
  }

  /** Returns the offset that the record got. */
  append(record: NewRecord, timestamp: number, owner?: Transaction): number {
    const offset = this.#low + this.#entries.length;
    this.#entries.push({
      topic: this.topic,
      partition: this.partition,
      offset,
      key: record.key,
      value: record.value,
      timestamp,
      headers: headersOf(record.headers),
    });
    this.#owners.push(owner);
    if (owner !== undefined && !this.#open.has(owner)) this.#open.set(owner, offset);
    return offset;
  }

  /** The marker of a transaction that has ended. */
  mark(owner: Transaction): void {
    this.#open.delete(owner);
    this.#entries.push(undefined);
    this.#owners.push(owner);
  }

  /** Adds up to `max` visible records from `from` on to `into`; returns where to go on, past markers and what is not visible. */
  read(from: number, isolation: Isolation, into: { readonly records: LogRecord[]; readonly max: number }): number {
    const end = this.high(isolation);
    let offset = from;
    for (; offset < end; offset += 1) {
      const record = this.#visible(offset, isolation);
      if (record === undefined) continue;
      if (into.records.length >= into.max) break;
      into.records.push(record);
    }
    return offset;
  }

  /** The offset of the first record that committed readers see and whose timestamp is `time` or later; their end if there is none. */
  offsetAt(time: number): number {
    const end = this.high('committed');
    for (let offset = this.#low; offset < end; offset += 1) {
      if ((this.#visible(offset, 'committed')?.timestamp ?? Number.NEGATIVE_INFINITY) >= time) return offset;
    }
    return end;
  }

  /** Removes what is below `offset`, which is not past the end. */
  deleteBefore(offset: number): void {
    const end = Math.min(offset, this.high('uncommitted'));
    const gone = Math.max(0, end - this.#low);
    this.#entries = this.#entries.slice(gone);
    this.#owners = this.#owners.slice(gone);
    this.#low += gone;
  }

  #visible(offset: number, isolation: Isolation): LogRecord | undefined {
    const at = offset - this.#low;
    const hidden = isolation === 'committed' && this.#owners[at]?.state === 'aborted';
    return hidden ? undefined : this.#entries[at];
  }
}
