import { MillraceError } from './errors.ts';

/** How a field's value is turned into what ClickHouse reads. `ticks`: a time, as that many units a millisecond. */
export type ColumnForm =
  | { readonly kind: 'plain' | 'float' | 'bytes' | 'json' }
  | { readonly kind: 'time'; readonly ticks: number }
  | { readonly kind: 'list' | 'map'; readonly of: ColumnForm };

/** One column of a table and the field that fills it. */
export interface Column {
  readonly name: string;
  /** ClickHouse's name of the type, `Nullable(…)` included. */
  readonly type: string;
  /** The field's path in the record. */
  readonly path: ReadonlyArray<string>;
  readonly form: ColumnForm;
  /** Whether the column holds nulls. A null for one that does not is written as the type's default: an empty text, array or map, or 0. */
  readonly nullable: boolean;
  /** ClickHouse's compression codec, e.g. `ZSTD(3)`; the server's default if undefined. */
  readonly codec: string | undefined;
}

/** What a declaration may say of one field: leave it out, keep it as JSON text, or give its column another type or codec. */
export type ColumnChoice = 'omit' | 'json' | { readonly type?: string; readonly codec?: string };

/** The choices of a declaration by the field's name, parts joined by underscores. */
export type ColumnChoices = Readonly<Record<string, ColumnChoice | undefined>>;

type Json = Readonly<Record<string, unknown>>;

/** A field in the schema: where it is, and what holds around it. */
interface Field {
  readonly path: ReadonlyArray<string>;
  readonly schema: unknown;
  readonly nullable: boolean;
  /** The records that the field lies in, by name: one that contains itself is kept as JSON. */
  readonly inside: ReadonlyArray<string>;
}

interface Value {
  readonly type: string;
  readonly form: ColumnForm;
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const plain = (type: string): Value => ({ type, form: { kind: 'plain' } });
const json: Value = { type: 'String', form: { kind: 'json' } };

const scalars: Readonly<Record<string, Value>> = {
  boolean: plain('Bool'),
  int: plain('Int32'),
  long: plain('Int64'),
  string: plain('String'),
  enum: plain('LowCardinality(String)'),
  float: { type: 'Float32', form: { kind: 'float' } },
  double: { type: 'Float64', form: { kind: 'float' } },
  bytes: { type: 'String', form: { kind: 'bytes' } },
  fixed: { type: 'String', form: { kind: 'bytes' } },
};

const logical: Readonly<Record<string, Value>> = {
  'long/timestamp-millis': { type: "DateTime64(3, 'UTC')", form: { kind: 'time', ticks: 1 } },
  'long/timestamp-micros': { type: "DateTime64(6, 'UTC')", form: { kind: 'time', ticks: 1000 } },
  'int/date': plain('Date32'),
};

/**
 * Derives a table's columns from the record schema, in the order of its fields.
 *
 * Records inside records are flattened, their names joined by underscores, also where they may be null (each column is then nullable).
 * Times become `DateTime64` of the schema's precision in UTC, enums `LowCardinality(String)`, bytes base64 text, maps and arrays of
 * scalars `Map` and `Array` (a null becomes an empty one). What has no such form (unions, arrays of records, a record
 * inside itself) becomes JSON text.
 *
 * @throws MillraceError `bad_topic` if the schema is not that of a record.
 */
export const columnsOf = (schema: string, choices: ColumnChoices): ReadonlyArray<Column> => {
  const root: unknown = JSON.parse(schema);
  if (!isJson(root) || root.type !== 'record') throw new MillraceError('bad_topic', 'a table needs the type of a record');
  const named = new Map<string, Json>();
  collect(root, named);
  const walk = (field: Field): ReadonlyArray<Column> => columnsAt({ ...field, ...resolved(field, named) }, walk, choices);
  return fieldsOf(root, { path: [], schema: root, nullable: false, inside: [] }).flatMap(walk);
};

const definitions: ReadonlySet<unknown> = new Set(['record', 'enum', 'fixed']);

/** Notes the schemas that have a name, wherever they stand: in canonical text a name is full, and defined at its first use. */
const collect = (schema: unknown, named: Map<string, Json>): void => {
  if (typeof schema !== 'object' || schema === null) return;
  if (isJson(schema) && definitions.has(schema.type)) named.set(String(schema.name), schema);
  for (const part of Object.values(schema)) collect(part, named);
};

const fieldsOf = (record: Json, around: Field): ReadonlyArray<Field> => {
  const fields: ReadonlyArray<unknown> = Array.isArray(record.fields) ? record.fields : [];
  const inside = [...around.inside, String(record.name)];
  return fields.filter(isJson).map(({ name, type }) => ({
    path: [...around.path, String(name)],
    schema: type,
    nullable: around.nullable,
    inside,
  }));
};

/** A union of null and one other is that other, nullable; a name is what it stands for. */
const resolved = (field: Field, named: ReadonlyMap<string, Json>): Pick<Field, 'schema' | 'nullable'> => {
  const branches: ReadonlyArray<unknown> = Array.isArray(field.schema) ? field.schema : [field.schema];
  const real = branches.filter((branch) => branch !== 'null');
  const nullable = field.nullable || real.length < branches.length;
  const [only] = real;
  if (real.length !== 1) return { schema: real, nullable };
  return { schema: typeof only === 'string' ? (named.get(only) ?? only) : only, nullable };
};

const columnsAt = (field: Field, walk: (field: Field) => ReadonlyArray<Column>, choices: ColumnChoices): ReadonlyArray<Column> => {
  const name = field.path.join('_');
  const choice = choices[name];
  if (choice === 'omit') return [];
  if (choice !== 'json' && isFlat(field)) return fieldsOf(field.schema, field).flatMap(walk);
  const value = choice === 'json' ? json : valueOf(field.schema);
  const { type, codec } = typeof choice === 'object' ? choice : {};
  const columnType = type ?? typeFor(value, field.nullable);
  return [{ name, type: columnType, path: field.path, form: value.form, nullable: isNullable(columnType), codec }];
};

const isNullable = (type: string): boolean => /^(LowCardinality\()?Nullable\(/.test(type);

const isFlat = (field: Field): field is Field & { readonly schema: Json } =>
  isJson(field.schema) && field.schema.type === 'record' && !field.inside.includes(String(field.schema.name));

const valueOf = (schema: unknown): Value => {
  if (!isJson(schema)) return scalars[String(schema)] ?? json;
  const { type, items, values, logicalType } = schema;
  if (type === 'array') return inner(items, 'list', (of) => `Array(${of})`);
  if (type === 'map') return inner(values, 'map', (of) => `Map(String, ${of})`);
  const name = String(type);
  return logical[`${name}/${String(logicalType)}`] ?? scalars[name] ?? json;
};

const inner = (schema: unknown, kind: 'list' | 'map', wrap: (type: string) => string): Value => {
  const of = valueOf(schema);
  return of.form.kind === 'json' ? json : { type: wrap(of.type), form: { kind, of: of.form } };
};

const typeFor = ({ type, form }: Value, nullable: boolean): string => {
  if (!nullable || form.kind === 'list' || form.kind === 'map') return type;
  const lowCardinality = /^LowCardinality\((.*)\)$/.exec(type)?.[1];
  return lowCardinality === undefined ? `Nullable(${type})` : `LowCardinality(Nullable(${lowCardinality}))`;
};
