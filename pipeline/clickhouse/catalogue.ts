import type { ClickHouse, StatementOptions } from './clickhouse.ts';

/** What the server knows of one table or view. */
export interface CatalogueEntry {
  readonly database: string;
  readonly name: string;
  readonly engine: string;
  readonly engineFull: string;
  /** The expression that parts it; empty without one. */
  readonly partitionKey: string;
  readonly createSql: string;
  /** Whether it is the hidden table of a view, which no statement reaches by the view's name. */
  readonly isInner?: boolean;
  /** The materialized views that it feeds, as `database.name`. */
  readonly feeds: ReadonlyArray<string>;
}

/** How much tables remember that do not say so themselves: the server's defaults as its version and configuration have them. */
export interface Windows {
  /** Inserts that a table standing alone remembers. */
  readonly alone: number;
  readonly replicated: number;
  readonly replicatedSeconds: number;
}

/** The tables and views of a server by `database.name`, as they were when it was read. */
export interface Catalogue {
  readonly database: string;
  readonly entries: ReadonlyMap<string, CatalogueEntry>;
  readonly windows: Windows;
}

const sql = `SELECT currentDatabase() AS current, database, name, engine, engine_full, partition_key, create_table_query,
  arrayMap((d, t) -> concat(d, '.', t), dependencies_database, dependencies_table) AS feeds
FROM system.tables WHERE NOT is_temporary AND (engine LIKE '%MergeTree' OR engine = 'MaterializedView') AND database != 'system'`;

const windowsSql = `SELECT name, value FROM system.merge_tree_settings WHERE name = 'non_replicated_deduplication_window'
UNION ALL SELECT name, value FROM system.replicated_merge_tree_settings WHERE name LIKE 'replicated_deduplication_window%'`;

const readWindows = async (db: ClickHouse, options: StatementOptions): Promise<Windows> => {
  const values = new Map((await db.select(windowsSql, options)).map(({ name, value }) => [String(name), Number(value)]));
  return {
    alone: values.get('non_replicated_deduplication_window') ?? 0,
    replicated: values.get('replicated_deduplication_window') ?? 0,
    replicatedSeconds: values.get('replicated_deduplication_window_seconds') ?? 0,
  };
};

const texts = (value: unknown): ReadonlyArray<string> => (Array.isArray(value) ? value.map(String) : []);

/** Reads what the server's tables are and which views hang on which. */
export const readCatalogue = async (db: ClickHouse, signal?: AbortSignal): Promise<Catalogue> => {
  const options = signal === undefined ? {} : { signal };
  const rows = await db.select(sql, options);
  const [first] = rows.length > 0 ? rows : await db.select('SELECT currentDatabase() AS current', options);
  const entries = rows.map((row) => ({
    database: String(row.database),
    name: String(row.name),
    engine: String(row.engine),
    engineFull: String(row.engine_full),
    partitionKey: String(row.partition_key),
    createSql: String(row.create_table_query),
    feeds: texts(row.feeds),
  }));
  return {
    database: String(first?.current),
    entries: new Map(entries.map((entry) => [`${entry.database}.${entry.name}`, entry])),
    windows: await readWindows(db, options),
  };
};

/** The tables that materialized views fill from this one, directly or by way of each other; each once. */
export const viewTargets = (catalogue: Catalogue, from: CatalogueEntry, seen = new Set<string>()): ReadonlyArray<CatalogueEntry> =>
  from.feeds.flatMap((feed) => {
    const view = catalogue.entries.get(feed);
    const target = view === undefined ? undefined : targetOf(catalogue, view);
    const name = `${target?.database}.${target?.name}`;
    if (target === undefined || seen.has(name)) return [];
    seen.add(name);
    return [target, ...viewTargets(catalogue, target, seen)];
  });

/** A table that is of no MergeTree engine, or that the user may not see. */
const foreign = (fullName: string): CatalogueEntry => {
  const [database = '', name = ''] = fullName.split(/\.(.*)/s);
  return {
    database,
    name,
    engine: 'of another engine, or hidden from the user',
    engineFull: '',
    partitionKey: '',
    createSql: '',
    feeds: [],
  };
};

/** A view fills the table after its `TO`, else a hidden one whose engine stands in the view's own statement. */
const targetOf = (catalogue: Catalogue, view: CatalogueEntry): CatalogueEntry | undefined => {
  const to = /^CREATE MATERIALIZED VIEW \S+(?: UUID '\S+')? TO (\S+)/.exec(view.createSql)?.[1];
  if (to !== undefined) return catalogue.entries.get(to.replaceAll('`', '')) ?? foreign(to.replaceAll('`', ''));
  const engineFull = /ENGINE = (.*?) AS (?:WITH|SELECT)/s.exec(view.createSql)?.[1] ?? '';
  return { ...view, engine: /^\w*/.exec(engineFull)?.[0] ?? '', engineFull, isInner: true };
};
