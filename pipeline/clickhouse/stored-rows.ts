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

/** A view's target may be filled by several sources, so that it forgets sooner than the table: only this share of the window counts. */
const surely = 0.1;

/** Where a row lies, and the number of the insert that it came by, as far as that is known: of a merged part perhaps its first. */
interface Place {
  readonly part: string;
  readonly insert: number;
}

/** Asks the table which rows of [from, to) it has. Reads a few narrow columns, of the blocks in which such offsets can be. */
export const storedRows = async (db: ClickHouse, table: Table<unknown>, range: Range): Promise<StoredRows> => {
  const { topic, partition, from, to, signal } = range;
  // These four alone: a batch has its rows with it, and parameters travel in the URL.
  const params = { topic, partition, from, to };
  const where = '_topic = {topic:String} AND _partition = {partition:UInt32} AND _offset >= {from:UInt64} AND _offset < {to:UInt64}';
  const sql = `SELECT toInt64(_offset) AS place, _part AS part, toInt64(_block_number) AS insert FROM ${quotedName(table.name)} WHERE ${where}`;
  const rows = await db.select(sql, { params, signal });
  const placeOf = new Map(rows.map(({ place, part, insert }) => [Number(place), { part: String(part), insert: Number(insert) }]));
  const newest = placeOf.size === 0 ? undefined : await newestInsert(db, table, signal);
  const sizes = newest === undefined ? new Map<string, number>() : await insertSizes(db, table, { places: [...placeOf.values()], signal });
  return {
    offsets: new Set(placeOf.keys()),
    isRemembered: (offsets) => {
      const [place, ...others] = new Map(offsets.map((offset) => [nameOf(placeOf.get(offset)), placeOf.get(offset)])).values();
      if (place === undefined || others.length > 0 || newest === undefined) return false;
      return sizes.get(nameOf(place)) === offsets.length && newest - place.insert < table.window * surely;
    },
  };
};

const nameOf = (place: Place | undefined): string => `${place?.part}/${place?.insert}`;

/**
 * The number of the last insert into a table that stands alone: it numbers its inserts through. Undefined if the table is replicated, where
 * each partition has numbers of its own.
 */
const newestInsert = async (db: ClickHouse, table: Table<unknown>, signal: AbortSignal): Promise<number | undefined> => {
  const sql = `SELECT toInt64(max(max_block_number)) AS newest, count() AS parts FROM system.parts
    WHERE database = currentDatabase() AND table = {table:String} AND active AND NOT match(engine, '^(Replicated|Shared)')`;
  const [row] = await db.select(sql, { params: { table: table.name }, signal });
  return Number(row?.parts) === 0 ? undefined : Number(row?.newest);
};

interface Wanted {
  readonly places: ReadonlyArray<Place>;
  readonly signal: AbortSignal;
}

/** ClickHouse takes a hundred partitions in one insert by default, and a batch is one insert into each. */
const mostInserts = 500;

/** How many rows each of these inserts has in its part. Reads one narrow column of these parts. */
const insertSizes = async (db: ClickHouse, table: Table<unknown>, { places, signal }: Wanted): Promise<ReadonlyMap<string, number>> => {
  const parts = [...new Set(places.map(({ part }) => part))];
  const inserts = [...new Set(places.map(({ insert }) => insert))];
  // Rows that came by so many inserts did not come by ours, and parameters travel in the URL.
  if (inserts.length > mostInserts) return new Map();
  const sql = `SELECT _part AS part, toInt64(_block_number) AS insert, count() AS rows FROM ${quotedName(table.name)}
    WHERE _part IN {parts:Array(String)} AND _block_number IN {inserts:Array(UInt64)} GROUP BY part, insert`;
  const rows = await db.select(sql, { params: { parts, inserts }, signal });
  return new Map(rows.map(({ part, insert, rows: size }) => [nameOf({ part: String(part), insert: Number(insert) }), Number(size)]));
};
