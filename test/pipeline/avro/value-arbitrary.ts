import fc from 'fast-check';
import type { RecordSchema, Schema, UnionSchema } from '../../../pipeline/avro/schema.ts';

const key = fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom('__proto__', 'constructor', ''));

const bytes = (minLength: number, maxLength: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength, maxLength }).map((data) => Buffer.from(data));

const long = fc.oneof(fc.integer(), fc.maxSafeInteger()).filter((n) => Math.abs(n) < Number.MAX_SAFE_INTEGER);

const primitives = {
  null: fc.constant(null),
  boolean: fc.boolean(),
  int: fc.integer(),
  long,
  float: fc.float({ noNaN: true }),
  double: fc.double({ noNaN: true }),
  bytes: bytes(0, 20),
  string: fc.string({ unit: 'binary', maxLength: 80 }),
} as const;

/** Values of a schema, in the form that `recordType` binds. A recursive type ends after a few levels if a union lets it. */
export const valuesOf = (schema: Schema, depth = 0): fc.Arbitrary<unknown> => {
  if (schema.kind === 'record') return recordsOf(schema, depth);
  if (schema.kind === 'union') return branchesOf(schema, depth);
  if (schema.kind === 'array') return fc.array(valuesOf(schema.items, depth + 1), { maxLength: 4 });
  if (schema.kind === 'map') {
    return fc.array(fc.tuple(key, valuesOf(schema.values, depth + 1)), { maxLength: 4 }).map((entries) => Object.fromEntries(entries));
  }
  if (schema.kind === 'enum') return fc.constantFrom(...schema.symbols);
  return schema.kind === 'fixed' ? bytes(schema.size, schema.size) : primitives[schema.kind];
};

const branchesOf = ({ branches }: UnionSchema, depth: number): fc.Arbitrary<unknown> => {
  const usable = depth > 6 ? branches.slice(0, 1) : branches;
  return fc.oneof(...usable.map((branch) => valuesOf(branch, depth + 1)));
};

const recordsOf = ({ fields }: RecordSchema, depth: number): fc.Arbitrary<unknown> =>
  fc.tuple(...fields.map((field) => valuesOf(field.type, depth + 1))).map((values) => {
    // A literal with the fields in order, as decoded records have them.
    const record: Record<string, unknown> = {};
    fields.forEach((field, index) => (record[field.name] = values[index]));
    return record;
  });
