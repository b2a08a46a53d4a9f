import type { DeliveryBatch } from '../core/ports/delivery.ts';
import type { PartitionBy, Table } from '../core/table.ts';
import { timeReader } from './column-readers.ts';

type Row<T> = DeliveryBatch<T>['rows'][number];

/** The rows of a batch that go into one partition of the table, and the token under which they do. */
export interface BatchPart<T> {
  readonly token: string;
  readonly rows: ReadonlyArray<Row<T>>;
}

/**
 * Divides a batch by the table's partitions, in the order of their first rows: an insert is atomic within one partition only.
 *
 * The tokens are the batch's own with the partition added, the same after every crash. A bare token would not do: a materialized
 * view whose target is parted otherwise would take the second part for a repeat of the first.
 */
export const batchParts = <T>(table: Table<T>, batch: DeliveryBatch<T>): ReadonlyArray<BatchPart<T>> => {
  if (batch.rows.length === 0) return [];
  if (table.partitionBy === undefined) return [{ token: batch.token, rows: batch.rows }];
  const nameOf = partitionNamer(table, table.partitionBy);
  const parts = new Map<string, Row<T>[]>();
  for (const row of batch.rows) {
    const name = nameOf(row.value);
    const part = parts.get(name);
    if (part === undefined) parts.set(name, [row]);
    else part.push(row);
  }
  return [...parts].map(([name, rows]) => ({ token: `${batch.token}/${name}`, rows }));
};

/** `YYYY-MM` or `YYYY-MM-DD` of the time that the table is parted by. */
const partitionNamer = (table: Table<unknown>, { every, of }: PartitionBy): ((value: unknown) => string) => {
  const timeOf = timeReader(table, of);
  return (value) => new Date(timeOf(value)).toISOString().slice(0, every === 'month' ? 7 : 10);
};
