import { MillraceError } from '../core/errors.ts';
import { logicalTypeOf, type RecordSchema, type Schema } from './schema.ts';

type Reader = (value: unknown) => number | undefined;

const units: Readonly<Record<string, Reader>> = {
  'timestamp-millis': (value) => value as number,
  'timestamp-micros': (value) => Math.floor((value as number) / 1000),
};

/**
 * Reads the time at a dotted path of a record's values as whole ms since the epoch, UTC; `undefined` where a nullable part is null.
 * Throws `bad_topic` if there is no such field or it is no timestamp.
 */
export const timeAt = (record: RecordSchema, path: string): Reader => readerAt(record, path.split('.'), `'${path}' of ${record.name}`);

const readerAt = (schema: Schema, path: ReadonlyArray<string>, what: string): Reader => {
  const inner = unwrapped(schema);
  const [name, ...rest] = path;
  if (name === undefined) return lastReader(inner, what);
  if (inner.kind !== 'record') return refuse(`${what}: there is no field '${name}' in a value of type ${inner.kind}.`);
  const field = inner.fields.find((candidate) => candidate.name === name);
  if (field === undefined) return refuse(`${what}: ${inner.name} has no field '${name}'. It has ${namesOf(inner)}.`);
  const next = readerAt(field.type, rest, what);
  return (value) => {
    const part = (value as Readonly<Record<string, unknown>>)[name];
    return part === null || part === undefined ? undefined : next(part);
  };
};

const namesOf = (record: RecordSchema): string => record.fields.map((field) => field.name).join(', ');

const lastReader = (schema: Schema, what: string): Reader => {
  const unit = schema.kind === 'long' ? units[logicalTypeOf(schema) ?? ''] : undefined;
  return unit ?? refuse(`${what} is no timestamp. A time is a long with the logical type timestamp-micros or timestamp-millis.`);
};

/** The one branch of a union that is not null, else the schema itself. */
const unwrapped = (schema: Schema): Schema => {
  if (schema.kind !== 'union') return schema;
  const branches = schema.branches.filter((branch) => branch.kind !== 'null');
  return branches.length === 1 && branches[0] !== undefined ? branches[0] : schema;
};

const refuse = (message: string): never => {
  throw new MillraceError('bad_topic', message);
};
