import type { Column } from '../core/column.ts';
import { originColumns, type PartitionBy, type Table } from '../core/table.ts';
import { quotedName } from './sql.ts';

/** A column as `CREATE TABLE` and `ADD COLUMN` write it. */
export const columnSql = ({ name, type, codec }: Column): string =>
  `${quotedName(name)} ${type}${codec === undefined ? '' : ` CODEC(${codec})`}`;

/** All columns of a table: those of its type, then those that say where a row comes from. */
export const allColumns = (table: Table<unknown>): ReadonlyArray<Column> => [...table.columns, ...originColumns];

/** The expression that parts a table. */
export const partitionSql = ({ every, of }: PartitionBy): string => `${every === 'month' ? 'toYYYYMM' : 'toYYYYMMDD'}(${quotedName(of)})`;

/**
 * The statement that creates a declared table unless it is there.
 *
 * Tables of rows that never change, on which views may sum, keep for each row the number of the insert that it came by through all merges. The
 * index on `_offset` makes it cheap to ask, after a crash, which rows of a batch are there: a batch is one run of offsets.
 */
export const createTableSql = (table: Table<unknown>): string => {
  const { name, version, partitionBy, orderBy, ttl, window } = table;
  return [
    `CREATE TABLE IF NOT EXISTS ${quotedName(name)} (`,
    [...allColumns(table).map(columnSql), 'INDEX _offset_range _offset TYPE minmax GRANULARITY 1'].map((line) => `  ${line}`).join(',\n'),
    ')',
    `ENGINE = ${version === undefined ? 'MergeTree' : `ReplacingMergeTree(${quotedName(version)})`}`,
    ...(partitionBy === undefined ? [] : [`PARTITION BY ${partitionSql(partitionBy)}`]),
    `ORDER BY (${orderBy.map(quotedName).join(', ')})`,
    ...(ttl === undefined ? [] : [`TTL toDateTime(${quotedName(ttl.of)}) + INTERVAL ${ttl.days} DAY`]),
    `SETTINGS non_replicated_deduplication_window = ${window}${version === undefined ? ', enable_block_number_column = 1' : ''}`,
  ].join('\n');
};
