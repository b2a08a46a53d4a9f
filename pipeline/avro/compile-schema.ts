import avro, { type ForSchemaOptions, type Schema as AvscSchema, type Type } from 'avsc';
import { MillraceError, messageOf } from '../core/errors.ts';
import { canonicalSchema } from './canonical-schema.ts';
import { guardedTypeHook } from './guarded-types.ts';
import type { RecordSchema, Schema } from './schema.ts';

/**
 * Compiles a schema to an avsc type whose decoder is safe on any bytes: it ends, and allocates no more than a small multiple of them.
 * Logical types stay numbers and strings. Throws `bad_schema` for what avsc refuses (a default of another type, say) and for arrays and maps
 * of values without a width, whose count no byte would back.
 */
export const compileSchema = (schema: Schema): Type => {
  checkWidths(schema, new Set());
  const options: Partial<ForSchemaOptions> = { typeHook: guardedTypeHook };
  try {
    return avro.Type.forSchema(JSON.parse(canonicalSchema(schema)) as AvscSchema, options);
  } catch (error) {
    throw new MillraceError('bad_schema', `Avro schema: ${messageOf(error)}.`, error);
  }
};

const checkWidths = (schema: Schema, seen: Set<Schema>): void => {
  if (seen.has(schema)) return;
  seen.add(schema);
  if (schema.kind === 'array' && isWidthless(schema.items, new Set())) refuse('an array');
  for (const part of partsOf(schema)) checkWidths(part, seen);
};

const refuse = (what: string): never => {
  throw new MillraceError('bad_schema', `Avro schema: ${what} of values that take no bytes (null, an empty record) is not supported.`);
};

const partsOf = (schema: Schema): ReadonlyArray<Schema> => {
  switch (schema.kind) {
    case 'array':
      return [schema.items];
    case 'map':
      return [schema.values];
    case 'union':
      return schema.branches;
    case 'record':
      return schema.fields.map((field) => field.type);
    default:
      return [];
  }
};

const isWidthless = (schema: Schema, seen: Set<RecordSchema>): boolean => {
  if (schema.kind === 'null') return true;
  if (schema.kind === 'fixed') return schema.size === 0;
  if (schema.kind !== 'record') return false;
  if (seen.has(schema)) return true;
  seen.add(schema);
  return schema.fields.every((field) => isWidthless(field.type, seen));
};
