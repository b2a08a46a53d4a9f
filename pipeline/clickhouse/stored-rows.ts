import type { DeliveryBatch } from '../core/ports/delivery.ts';
import type { Table } from '../core/table.ts';
import type { ClickHouse } from './clickhouse.ts';
import { quotedName } from './sql.ts';

/** Which rows of a range the table has. */
export interface StoredRows {
  readonly offsets: ReadonlySet<number>;
  /**
   * Whether these rows, which are all there, surely came by one insert of them alone, and so recently that the table, and what views
   * fill from it, still remember its token.
   */
  isRemembered(offsets: ReadonlyArray<number>): boolean;
}

type Range = Pick<DeliveryBatch<unknown>, 'topic' | 'partition' | 'from' | 'to'> & { readonly signal: AbortSignal };

/** A data part on disk: how many rows it has, and the numbers of the first and last insert that went into it. */
interface Part {
  readonly rows: number;
  readonly first: number;
  readonly last: number;
}

/** A view's target may be filled by several sources, so that it forgets sooner than the table: only this share of the window counts. */
const surely = 0.1;

/** Asks the table which rows of [from, to) it has. Reads three narrow columns, of the blocks in which such offsets can be. */
export const storedRows = async (db: ClickHouse, table: Table<unknown>, range: Range): Promise<StoredRows> => {
  const { signal, ...params } = range;
  const where = '_topic = {topic:String} AND _partition = {partition:UInt32} AND _offset >= {from:UInt64} AND _offset < {to:UInt64}';
  const sql = `SELECT toInt64(_offset) AS place, _part AS part FROM ${quotedName(table.name)} WHERE ${where}`;
  const rows = await db.select(sql, { params, signal });
  const partOf = new Map(rows.map(({ place, part }) => [Number(place), String(part)]));
  const parts = partOf.size === 0 ? new Map<string, Part>() : await readParts(db, table, signal);
  const newest = Math.max(...[...parts.values()].map(({ last }) => last));
  return {
    offsets: new Set(partOf.keys()),
    isRemembered: (offsets) => {
      const [name, ...others] = new Set(offsets.map((offset) => partOf.get(offset)));
      const part = others.length > 0 ? undefined : parts.get(name ?? '');
      return part?.rows === offsets.length && part.first === part.last && newest - part.first < table.window * surely;
    },
  };
};

/**
 * The parts of a table that stands alone: it numbers its inserts through, and a part that has not been merged is one insert. Empty if
 * the table is replicated, where each partition has numbers of its own.
 */
const readParts = async (db: ClickHouse, table: Table<unknown>, signal: AbortSignal): Promise<ReadonlyMap<string, Part>> => {
  const sql = `SELECT name, rows, min_block_number AS first, max_block_number AS last FROM system.parts
    WHERE database = currentDatabase() AND table = {table:String} AND active AND NOT match(engine, '^(Replicated|Shared)')`;
  const rows = await db.select(sql, { params: { table: table.name }, signal });
  return new Map(rows.map((row) => [String(row.name), { rows: Number(row.rows), first: Number(row.first), last: Number(row.last) }]));
};
