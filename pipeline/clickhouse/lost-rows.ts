import type { Clock } from '../core/ports/clock.ts';
import type { DeliveryBatch } from '../core/ports/delivery.ts';
import type { Table } from '../core/table.ts';
import type { BatchPart } from './batch-parts.ts';
import type { ClickHouse } from './clickhouse.ts';
import { columnReader, timeReader } from './column-readers.ts';
import { storedRows } from './stored-rows.ts';

/** A batch that was just handed over under tokens that may have been used before. */
export interface Doubtful<T> {
  readonly db: ClickHouse;
  readonly table: Table<T>;
  readonly batch: DeliveryBatch<T>;
  readonly parts: ReadonlyArray<BatchPart<T>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

type Row<T> = BatchPart<T>['rows'][number];

/** How long rows may take to be seen after their token was noted, in ms: a server that runs needs microseconds, however busy. */
const settling = { mostMs: 5_000, lookEveryMs: 500 };
const day = 86_400_000;

/** Reads a column of a row, `_offset` among them. */
const rowReader = (table: Table<unknown>, name: string): ((row: Row<unknown>) => unknown) => {
  if (!table.columns.some((column) => column.name === name)) return ({ offset }) => offset;
  const read = columnReader(table, name);
  return ({ value }) => read(value);
};

/** Of rows with the same sort key the one with the highest version stays, and of these the last. */
const survivors = <T>(table: Table<T>, rows: ReadonlyArray<Row<T>>): ReadonlyArray<Row<T>> => {
  if (table.version === undefined) return rows;
  const key = table.orderBy.map((name) => rowReader(table, name));
  const version = rowReader(table, table.version);
  const kept = new Map<string, Row<T>>();
  for (const row of rows) {
    const own = JSON.stringify(key.map((read) => String(read(row))));
    const other = kept.get(own);
    if (other === undefined || Number(version(row)) >= Number(version(other))) kept.set(own, row);
  }
  return [...kept.values()];
};

/** Rows past their time may be deleted as soon as they come. */
const lasting = <T>(table: Table<T>, rows: ReadonlyArray<Row<T>>, now: number): ReadonlyArray<Row<T>> => {
  const { ttl } = table;
  if (ttl === undefined) return rows;
  const timeOf = timeReader(table, ttl.of);
  return rows.filter(({ value }) => timeOf(value) + ttl.days * day > now);
};

/**
 * The rows that the table lacks although their insert was answered as done; parts without any are left out.
 *
 * A server that stands alone notes the token of an insert first and puts its part in place after that (`MergeTreeSink`), so one that is killed in
 * between passes over every repetition of an insert whose rows it does not have. Looks for a while, since an insert whose connection was cut
 * may still be under way. Rows that later revisions of the same batch replace, or that are past their time, are not missed.
 */
export const lostRows = async <T>({ db, table, batch, parts, clock, signal }: Doubtful<T>): Promise<ReadonlyArray<BatchPart<T>>> => {
  const end = clock.monotonic() + settling.mostMs;
  const expected = parts.map(({ token, rows }) => ({ token, rows: lasting(table, survivors(table, rows), clock.now()) }));
  for (;;) {
    const { offsets } = await storedRows(db, table, { ...batch, signal });
    const lost = expected.map(({ token, rows }) => ({ token, rows: rows.filter(({ offset }) => !offsets.has(offset)) }));
    const found = lost.filter(({ rows }) => rows.length > 0);
    if (found.length === 0 || clock.monotonic() >= end) return found;
    await clock.sleep(settling.lookEveryMs, signal);
    signal.throwIfAborted();
  }
};
