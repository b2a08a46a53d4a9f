import { settingsClause } from './sql.ts';

type SettingValues = Readonly<Record<string, string | number>>;

/**
 * What every insert of a delivery says of itself, whatever the server's defaults: synchronous, one block, and a repetition under its token
 * has no effect, views included. The defaults differ: since 26.2 inserts are asynchronous, and views deduplicate.
 */
export const neededSettings: SettingValues = {
  async_insert: 0,
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  input_format_parallel_parsing: 0,
  input_format_null_as_default: 1,
};

/** What an insert says beside that on servers that know it. Since 26.2 `deduplicate_insert` decides, and `insert_deduplicate` only where it lets it. */
export const newerSettings: SettingValues = { deduplicate_insert: 'enable' };

/** Settings whose value differs from insert to insert. */
export const changingSettings: ReadonlyArray<string> = ['max_insert_block_size', 'insert_deduplication_token'];

/** More rows than a block holds by default are kept in one all the same. */
const defaultBlock = 1_048_449;

/** The `SETTINGS …` of one insert of a delivery. `known`: those of `newerSettings` that the server knows. */
export const insertSettings = (token: string, rows: number, known: SettingValues): string =>
  settingsClause({
    ...neededSettings,
    ...known,
    max_insert_block_size: Math.max(defaultBlock, rows),
    insert_deduplication_token: token,
  });
