import type { ClickHouse } from './clickhouse.ts';
import { settingsClause } from './sql.ts';

/** Why ClickHouse is told so: one synchronous insert, one block, and a token that makes its repetition have no effect, views included. */
const fixed = {
  async_insert: 0,
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  input_format_parallel_parsing: 0,
  input_format_null_as_default: 1,
};

/** More rows than a block holds by default are kept in one all the same. */
const defaultBlock = 1_048_449;

/** The `SETTINGS …` of one insert of a delivery. */
export const insertSettings = (token: string, rows: number): string =>
  settingsClause({ ...fixed, max_insert_block_size: Math.max(defaultBlock, rows), insert_deduplication_token: token });

/** Since then a view is brought up to date by the repetition of an insert that its source already has. */
const oldest = [24, 8] as const;

const isOld = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
};

/** What of the server or of the user's profile stands in the way of a delivery's inserts. */
export const serverFaults = async (db: ClickHouse): Promise<ReadonlyArray<string>> => {
  const names = [...Object.keys(fixed), 'max_insert_block_size', 'insert_deduplication_token'];
  const [server] = await db.select('SELECT version() AS version');
  const version = String(server?.version);
  const rows = await db.select('SELECT name, readonly FROM system.settings WHERE name IN {names:Array(String)}', { params: { names } });
  const known = new Map(rows.map(({ name, readonly }) => [String(name), Number(readonly)]));
  return [
    ...(isOld(version) ? [`ClickHouse ${version} is too old: at least ${oldest.join('.')} is needed`] : []),
    ...names.filter((name) => !known.has(name)).map((name) => `the server does not know the setting '${name}'`),
    ...names.filter((name) => known.get(name) === 1).map((name) => `the user may not change the setting '${name}'`),
  ];
};
