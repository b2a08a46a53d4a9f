import { MillraceError } from '../core/errors.ts';
import type { Table } from '../core/table.ts';
import { readCatalogue } from './catalogue.ts';
import type { ClickHouse } from './clickhouse.ts';
import { columnSql, createTableSql } from './create-table.ts';
import { quotedName } from './sql.ts';
import { columnFaults, engineFaults, partFaults, readColumns } from './table-faults.ts';
import { windowOf } from './window-faults.ts';

/** What was done for a table: nothing, or which columns it gained. */
export interface Ensured {
  readonly table: string;
  readonly created: boolean;
  readonly added: ReadonlyArray<string>;
}

/**
 * Makes the database hold a declared table: creates it, or adds the columns that it lacks and lengthens its window. Nothing is ever
 * dropped or changed otherwise. Safe to repeat, and for several processes at once.
 *
 * @throws MillraceError `bad_table` naming each column of another type, another engine, and other parts: what cannot be added without a decision.
 */
export const ensureTable = async (db: ClickHouse, table: Table<unknown>): Promise<Ensured> => {
  const before = await readColumns(db, table.name);
  if (before.size === 0) await db.command(createTableSql(table));
  const { missing, other } = columnFaults(table, await readColumns(db, table.name));
  const catalogue = await readCatalogue(db);
  const entry = catalogue.entries.get(`${catalogue.database}.${table.name}`);
  const faults =
    entry === undefined ? ['it is no MergeTree table'] : [...engineFaults(table, entry), ...partFaults(table, entry), ...other];
  if (faults.length > 0) throw new MillraceError('bad_table', `ClickHouse table ${table.name}: ${faults.join('; ')}`);
  const name = quotedName(table.name);
  for (const column of missing) await db.command(`ALTER TABLE ${name} ADD COLUMN IF NOT EXISTS ${columnSql(column)}`);
  if (entry !== undefined && windowOf(entry, catalogue.windows) < table.window && !/^(Replicated|Shared)/.test(entry.engine)) {
    await db.command(`ALTER TABLE ${name} MODIFY SETTING non_replicated_deduplication_window = ${table.window}`);
  }
  return { table: table.name, created: before.size === 0, added: missing.map((column) => column.name) };
};
