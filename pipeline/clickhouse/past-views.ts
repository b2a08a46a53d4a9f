import type { ClickHouse } from './clickhouse.ts';
import { quotedName, quotedText } from './sql.ts';

/** Where rows are put in place of a table, and from there into it. */
export interface Detour {
  readonly table: string;
  /** A table beside it that nobody else uses; it is made anew, and removed in the end. */
  readonly beside: string;
  readonly signal: AbortSignal;
}

/**
 * Puts rows into a table without telling the views that hang on it: `insert` puts them into a table beside it, whose parts are then attached.
 * The user needs the right to create and drop that table.
 */
export const insertPastViews = async (
  db: ClickHouse,
  { table, beside, signal }: Detour,
  insert: (into: string) => Promise<void>,
): Promise<void> => {
  const name = quotedName(beside);
  await db.command(`DROP TABLE IF EXISTS ${name} SYNC`, { signal });
  await db.command(`CREATE TABLE ${name} AS ${quotedName(table)}`, { signal });
  await insert(beside);
  const sql =
    'SELECT DISTINCT partition_id AS id FROM system.parts WHERE database = currentDatabase() AND table = {beside:String} AND active';
  for (const { id } of await db.select(sql, { params: { beside }, signal }))
    await db.command(`ALTER TABLE ${quotedName(table)} ATTACH PARTITION ID ${quotedText(String(id))} FROM ${name}`, { signal });
  await db.command(`DROP TABLE ${name} SYNC`, { signal });
};
