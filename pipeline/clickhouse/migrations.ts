import { MillraceError } from '../core/errors.ts';
import type { Table } from '../core/table.ts';
import type { ClickHouse } from './clickhouse.ts';
import { type Ensured, ensureTable } from './ensure-table.ts';
import type { Migration } from './migration.ts';

/** What a database is to hold: the declared tables, and on them whatever SQL makes (views, tables that views fill). */
export interface DatabaseSchema {
  readonly tables: ReadonlyArray<Table<unknown>>;
  readonly migrations: ReadonlyArray<Migration>;
}

/** What was done. Both lists are empty when the database was up to date. */
export interface Migrated {
  readonly tables: ReadonlyArray<Ensured>;
  /** Names of the migrations that were applied. */
  readonly applied: ReadonlyArray<string>;
}

const ledger = `CREATE TABLE IF NOT EXISTS millrace_migrations (
  name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
) ENGINE = ReplacingMergeTree(applied_at) ORDER BY name`;

/**
 * Brings a database up to date: tables first, from their declarations, then the migrations that its ledger (`millrace_migrations`)
 * does not have, in order.
 *
 * Safe to repeat, to interrupt, and for several processes at once: every statement can be repeated, and one is noted in the ledger
 * only after it was applied. Tables grow by columns and never lose any.
 *
 * @throws MillraceError `bad_migration` naming a migration that was changed after it had been applied, or two of one name; `bad_table`
 * if a table is there with other columns or engine. Nothing has been applied in the first case.
 */
export const migrate = async (db: ClickHouse, { tables, migrations }: DatabaseSchema): Promise<Migrated> => {
  await db.command(ledger);
  const known = await readLedger(db);
  refuse(migrations, known);
  const ensured: Ensured[] = [];
  for (const table of tables) ensured.push(await ensureTable(db, table));
  const due = inOrder(migrations).filter(({ name }) => !known.has(name));
  for (const step of due) await apply(db, step);
  return { tables: ensured.filter(({ created, added }) => created || added.length > 0), applied: due.map(({ name }) => name) };
};

const readLedger = async (db: ClickHouse): Promise<ReadonlyMap<string, string>> => {
  const rows = await db.select('SELECT name, argMax(checksum, applied_at) AS checksum FROM millrace_migrations GROUP BY name');
  return new Map(rows.map(({ name, checksum }) => [String(name), String(checksum)]));
};

const inOrder = (migrations: ReadonlyArray<Migration>): ReadonlyArray<Migration> =>
  [...migrations].sort((a, b) => parseInt(a.name, 10) - parseInt(b.name, 10) || (a.name < b.name ? -1 : 1));

const refuse = (migrations: ReadonlyArray<Migration>, known: ReadonlyMap<string, string>): void => {
  const names = migrations.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new MillraceError('bad_migration', `there are two migrations of the name '${twice}'`);
  const changed = migrations.filter(({ name, checksum }) => known.has(name) && known.get(name) !== checksum).map(({ name }) => `'${name}'`);
  if (changed.length === 0) return;
  throw new MillraceError(
    'bad_migration',
    `changed after being applied: ${changed.join(', ')}. Restore it and add a new one for the change`,
  );
};

const apply = async (db: ClickHouse, { name, checksum, statements }: Migration): Promise<void> => {
  for (const statement of statements) await db.command(statement);
  const into = 'INSERT INTO millrace_migrations (name, checksum) SETTINGS async_insert = 0 FORMAT JSONCompactEachRow';
  await db.insert({ into, rows: JSON.stringify([name, checksum]) });
};
