import type { Column } from '../core/column.ts';
import type { Table } from '../core/table.ts';
import { type Catalogue, type CatalogueEntry, viewTargets } from './catalogue.ts';
import type { ClickHouse } from './clickhouse.ts';
import { allColumns } from './create-table.ts';

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

/** How many inserts the engine remembers: by count if it stands alone, and by Keeper's own setting if it is replicated. */
export const windowOf = ({ engineFull }: CatalogueEntry): number => {
  const replicated = /^(Replicated|Shared)/.test(engineFull);
  const setting = replicated ? /[^_]replicated_deduplication_window = (\d+)/ : /non_replicated_deduplication_window = (\d+)/;
  const fallback = replicated ? 1000 : 0;
  return Number(setting.exec(engineFull)?.[1] ?? fallback);
};

/** Tables whose window is too short: the one that is written and those that views fill from it, since each forgets on its own. */
export const windowFaults = (table: Table<unknown>, entry: CatalogueEntry, catalogue: Catalogue): ReadonlyArray<string> =>
  [entry, ...viewTargets(catalogue, entry)]
    .filter((each) => windowOf(each) < table.window)
    .map(
      (each) =>
        `'${each.name}' remembers ${windowOf(each)} inserts and should remember ${table.window} (non_replicated_deduplication_window)`,
    );
