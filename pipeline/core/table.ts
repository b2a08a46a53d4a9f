import { type Column, type ColumnChoice, columnsOf } from './column.ts';
import { MillraceError } from './errors.ts';
import type { RecordType } from './record-type.ts';
import { tableMistakes } from './table-mistakes.ts';

type Leaf = string | number | bigint | boolean | Uint8Array | ReadonlyArray<unknown>;

/** The records in `V`: no arrays, no maps. */
type Nested<V> = V extends Leaf | null | undefined ? never : V extends object ? (string extends keyof V ? never : V) : never;

type NestedName<P extends string, V, Inner extends string> = [Nested<V>] extends [never] ? P : `${P}_${Inner}`;

/** The name of each column that a record type gives by default: field names, those of records inside records joined by underscores. */
export type ColumnName<T> = T extends object
  ? { [P in keyof T & string]: NestedName<P, T[P], ColumnName<Nested<T[P]>>> }[keyof T & string]
  : never;

/** The name of each field, written like a column's: those of the records on the way included. */
export type FieldName<T> = T extends object
  ? { [P in keyof T & string]: P | NestedName<P, T[P], FieldName<Nested<T[P]>>> }[keyof T & string]
  : never;

/** Where a row comes from: three columns that every table has besides those of its type. */
export type OriginColumn = '_topic' | '_partition' | '_offset';

/** How a table's rows are parted on disk: by the UTC day or month of a time. */
export interface PartitionBy<C extends string = string> {
  readonly every: 'day' | 'month';
  readonly of: C;
}

/** After how many days, counted from a time in the row, ClickHouse deletes it. */
export interface Expiry<C extends string = string> {
  readonly of: C;
  readonly days: number;
}

/** How a table is declared. */
export interface TableOptions<T> {
  readonly type: RecordType<T>;
  /** The sort key. In a table of revised rows it is what makes two rows the same, and times come last in it. */
  readonly orderBy: ReadonlyArray<ColumnName<NoInfer<T>> | OriginColumn>;
  /** The column that grows from revision to revision; of rows with the same sort key the highest stays. Leave out for rows that never change. */
  readonly version?: ColumnName<NoInfer<T>> | '_offset';
  readonly partitionBy?: PartitionBy<ColumnName<NoInfer<T>>>;
  readonly ttl?: Expiry<ColumnName<NoInfer<T>>>;
  /** What differs from the default mapping, by field. */
  readonly columns?: Readonly<Partial<Record<FieldName<NoInfer<T>>, ColumnChoice>>>;
  /** How many of the last inserts ClickHouse remembers so that a repeated one has no effect; 1,000 if left out. */
  readonly window?: number;
}

/** A table as a value: what ClickHouse is to hold, and which fields fill it. */
export interface Table<T> {
  readonly kind: 'table';
  readonly name: string;
  readonly type: RecordType<T>;
  readonly columns: ReadonlyArray<Column>;
  readonly orderBy: ReadonlyArray<string>;
  readonly version: string | undefined;
  readonly partitionBy: PartitionBy | undefined;
  readonly ttl: Expiry | undefined;
  readonly window: number;
}

const origin = (name: OriginColumn, type: string): Column => ({
  name,
  type,
  path: [],
  form: { kind: 'plain' },
  nullable: false,
  codec: undefined,
});

/** The columns that name the record which a row came from, the same in every table. */
export const originColumns: ReadonlyArray<Column> = Object.freeze([
  origin('_topic', 'LowCardinality(String)'),
  origin('_partition', 'UInt32'),
  origin('_offset', 'UInt64'),
]);

/**
 * Declares a table; creates nothing. Its columns are derived from the record type's schema (see `columnsOf`), and `columns` changes
 * single ones. With a `version` it is a ReplacingMergeTree, else a MergeTree.
 *
 * @throws MillraceError `bad_topic` listing every mistake.
 * @example
 * table('model_quality', { type: windowAggregate, orderBy: ['dims_tenant', 'dims_model_name', 'window_start'], version: 'revision' })
 */
export const table = <T>(name: string, options: TableOptions<T>): Table<T> => {
  const { type, orderBy, version, partitionBy, ttl, window = 1000 } = options;
  const columns = columnsOf(type.schema, { ...options.columns });
  const declared = { kind: 'table' as const, name, type, columns, orderBy, version, partitionBy, ttl, window };
  const mistakes = tableMistakes(declared, [...columns, ...originColumns]);
  if (mistakes.length > 0) throw new MillraceError('bad_topic', `table ${name}: ${mistakes.join('; ')}`);
  return Object.freeze(declared);
};
