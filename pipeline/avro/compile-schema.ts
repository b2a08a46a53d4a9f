import avro, { type ForSchemaOptions, type Schema as AvscSchema, type Type } from 'avsc';
import { MillraceError, messageOf } from '../core/errors.ts';
import { canonicalSchema } from './canonical-schema.ts';
import { guardedTypeHook } from './guarded-types.ts';
import type { RecordSchema, Schema } from './schema.ts';
import { schemasWithin } from './schemas-within.ts';

/**
 * Compiles a schema to an avsc type whose decoder is safe on any bytes: it ends, and allocates no more than a small multiple of them.
 * Logical types stay numbers and strings. Throws `bad_schema` for what avsc refuses (a default of another type, say) and for arrays of items
 * without a width, whose count no byte would back.
 */
export const compileSchema = (schema: Schema): Type => {
  checkWidths(schema);
  const options: Partial<ForSchemaOptions> = { typeHook: guardedTypeHook };
  try {
    return avro.Type.forSchema(JSON.parse(canonicalSchema(schema)) as AvscSchema, options);
  } catch (error) {
    throw new MillraceError('bad_schema', `Avro schema: ${messageOf(error)}.`, error);
  }
};

const checkWidths = (root: Schema): void => {
  for (const { path, schema } of schemasWithin(root)) {
    if (schema.kind !== 'array' || !isWidthless(schema.items, new Set())) continue;
    throw new MillraceError(
      'bad_schema',
      `Avro schema: the items of the array at '${path}' take no bytes (null, an empty record), which is not supported.`,
    );
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
