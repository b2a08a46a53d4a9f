import type { DeliveryBatch } from '../core/ports/delivery.ts';
import type { Table } from '../core/table.ts';
import type { ClickHouse } from './clickhouse.ts';
import { quotedName } from './sql.ts';

/** Which rows of a range the table has. */
export interface StoredRows {
  readonly offsets: ReadonlySet<number>;
  /** Whether the inserts that brought them are surely among those whose tokens the table, and what views fill, still remember. */
  readonly isRemembered: boolean;
}

type Range = Pick<DeliveryBatch<unknown>, 'topic' | 'partition' | 'from' | 'to'> & { readonly signal: AbortSignal };

/** A view's target may be filled by several sources, so that it forgets sooner than the table: only this share of the window counts. */
const surely = 0.1;

/** Asks the table which rows of [from, to) it has. Reads three narrow columns, of the blocks in which such offsets can be. */
export const storedRows = async (db: ClickHouse, table: Table<unknown>, range: Range): Promise<StoredRows> => {
  const { signal, topic, partition, from, to } = range;
  const where = '_topic = {topic:String} AND _partition = {partition:UInt32} AND _offset >= {from:UInt64} AND _offset < {to:UInt64}';
  const sql = `SELECT toInt64(_offset) AS place, _part AS part FROM ${quotedName(table.name)} WHERE ${where}`;
  const rows = await db.select(sql, { params: { topic, partition, from, to }, signal });
  const oldest = Math.min(...[...new Set(rows.map(({ part }) => String(part)))].map(firstInsert));
  const inserts = rows.length === 0 ? Infinity : (await lastInsert(db, table, signal)) - oldest;
  return { offsets: new Set(rows.map(({ place }) => Number(place))), isRemembered: inserts < table.window * surely };
};

/** A table that stands alone numbers its inserts, and a part is named `<partition>_<first insert>_<last insert>_<level>`. */
const firstInsert = (part: string): number => Number(/_(\d+)_\d+_\d+(_\d+)?$/.exec(part)?.[1] ?? 0);

/** The number of the table's last insert; `Infinity` if it is replicated, since it then numbers each partition's apart. */
const lastInsert = async (db: ClickHouse, table: Table<unknown>, signal: AbortSignal): Promise<number> => {
  const sql = `SELECT max(toInt64(max_block_number)) AS last, any(engine) AS engine FROM system.parts
    WHERE database = currentDatabase() AND table = {table:String}`;
  const [row] = await db.select(sql, { params: { table: table.name }, signal });
  return /^(Replicated|Shared)/.test(String(row?.engine)) ? Infinity : Number(row?.last);
};
