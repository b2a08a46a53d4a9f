import type { Column } from '../core/column.ts';
import type { Table } from '../core/table.ts';
import type { CatalogueEntry } from './catalogue.ts';
import type { ClickHouse } from './clickhouse.ts';
import { allColumns, partitionSql } from './create-table.ts';

/** Each column of a table as the server has it: its type by its name. */
export type ServerColumns = ReadonlyMap<string, string>;

/** The columns of a table of the current database; empty if there is no such table. */
export const readColumns = async (db: ClickHouse, table: string): Promise<ServerColumns> => {
  const sql = 'SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String}';
  const rows = await db.select(sql, { params: { table } });
  return new Map(rows.map(({ name, type }) => [String(name), String(type)]));
};

const withoutSpaces = (type: string): string => type.replaceAll(' ', '');

/** The columns that the server has not, and those that it has under another type. */
export const columnFaults = (
  table: Table<unknown>,
  server: ServerColumns,
): { missing: ReadonlyArray<Column>; other: ReadonlyArray<string> } => {
  const columns = allColumns(table);
  const differs = ({ name, type }: Column): boolean => server.has(name) && withoutSpaces(server.get(name) ?? '') !== withoutSpaces(type);
  return {
    missing: columns.filter(({ name }) => !server.has(name)),
    other: columns.filter(differs).map(({ name, type }) => `column '${name}' is ${server.get(name) ?? ''} and should be ${type}`),
  };
};

/** How the engine differs from what the declaration needs. Replicated and shared forms of an engine are as good. */
export const engineFaults = (table: Table<unknown>, entry: CatalogueEntry): ReadonlyArray<string> => {
  const wanted = table.version === undefined ? 'MergeTree' : 'ReplacingMergeTree';
  const found = entry.engine.replace(/^(Replicated|Shared)/, '');
  return found === wanted ? [] : [`its engine is ${entry.engine} and should be ${wanted}`];
};

const withoutQuotes = (expression: string): string => expression.replace(/[`\s]/g, '').replace(/^tuple\(\)$/, '');

/** How the parts of the table differ: an insert is one block of one part only if both divide rows alike. */
export const partFaults = (table: Table<unknown>, { partitionKey }: CatalogueEntry): ReadonlyArray<string> => {
  const wanted = table.partitionBy === undefined ? '' : withoutQuotes(partitionSql(table.partitionBy));
  const found = withoutQuotes(partitionKey);
  if (found === wanted) return [];
  return [`it is partitioned by (${found}) and should be by (${wanted}): make it anew, or declare partitionBy as it is`];
};
