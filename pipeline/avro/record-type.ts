import type { Type } from 'avsc';
import { MillraceError, messageOf } from '../core/errors.ts';
import type { RecordType } from '../core/record-type.ts';
import { canonicalSchema } from './canonical-schema.ts';
import { checkBindable } from './check-bindable.ts';
import { decodeFrom, encodeBehind } from './codec.ts';
import { compileSchema } from './compile-schema.ts';
import { parseSchema } from './parse-schema.ts';
import type { RecordSchema, Schema } from './schema.ts';
import { timeAt } from './time-at.ts';

const noHeader = Buffer.alloc(0);
const whole = { start: 0, resolver: undefined };

/** A schema and the avsc type that it is compiled to. */
export interface Compiled {
  readonly schema: Schema;
  readonly type: Type;
}

/** What stands behind record types. */
const compiled = new WeakMap<RecordType<unknown>, Compiled>();

/** The record types that were made here, whose values avsc writes and reads itself. */
const made = new WeakSet<RecordType<unknown>>();

/** Whether a record type has a codec of its own, and only its bytes are those of its Avro schema. */
export const hasOwnCodec = (type: RecordType<unknown>): boolean => !made.has(type);

/** What stands behind a record type; behind one that was not made by `recordType`, compiled from its schema. */
export const compiledOf = (type: RecordType<unknown>): Compiled => {
  const known = compiled.get(type) ?? compile(parseSchema(jsonOf(type.schema)));
  compiled.set(type, known);
  return known;
};

const compile = (schema: Schema): Compiled => ({ schema, type: compileSchema(schema) });

/**
 * Binds an Avro record schema (an object or JSON text) to its TypeScript type `T`, which is usually generated from it.
 *
 * In TypeScript a union with null is `X | null`, int, long, float and double are numbers (times in the field's own unit), uuid is a string, an enum a
 * union of literals, bytes and fixed a `Buffer`, a map a `Record`. Decoded values are plain objects with every field in schema order. A long
 * that a number cannot hold exactly is `not_decodable`. Throws `bad_schema` for a schema that is not valid, is no record, or has a
 * union whose branches could not be told apart by their values.
 *
 * @example const click = recordType<Click>({ type: 'record', name: 'shop.Click', fields: [{ name: 'item', type: 'string' }] });
 */
export const recordType = <T>(schema: object | string): RecordType<T> => {
  const record = recordOf(parseSchema(typeof schema === 'string' ? jsonOf(schema) : schema));
  checkBindable(record);
  const type = compileSchema(record);
  const bound: RecordType<T> = {
    name: record.name,
    schema: canonicalSchema(record),
    encode: (value) => encodeBehind(noHeader, type, value),
    decode: (bytes) => decodeFrom(bytes, type, whole) as T,
    timeAt: (path) => timeAt(record, path),
  };
  compiled.set(bound, { schema: record, type });
  made.add(bound);
  return bound;
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MillraceError('bad_schema', `An Avro schema must be JSON: ${messageOf(error)}.`, error);
  }
};

const recordOf = (schema: Schema): RecordSchema => {
  if (schema.kind === 'record') return schema;
  throw new MillraceError('bad_schema', `An Avro schema of type ${schema.kind} stands where a record belongs.`);
};
