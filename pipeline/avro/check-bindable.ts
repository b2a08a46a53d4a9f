import { MillraceError } from '../core/errors.ts';
import type { RecordSchema, Schema, UnionSchema } from './schema.ts';
import { schemasWithin } from './schemas-within.ts';

/**
 * Throws `bad_schema`, naming the path, if the record's values could not be plain TypeScript values: a union with two branches that look alike there
 * (two numbers, say), or a field `__proto__`.
 */
export const checkBindable = (record: RecordSchema): void => {
  for (const { path, schema } of schemasWithin(record)) {
    if (schema.kind === 'union') checkUnion(schema, path, record.name);
    if (schema.kind === 'record' && schema.fields.some((field) => field.name === '__proto__')) {
      throw new MillraceError('bad_schema', `${record.name}: '${schema.name}' has a field __proto__, which an object cannot hold.`);
    }
  }
};

const checkUnion = ({ branches }: UnionSchema, path: string, name: string): void => {
  const seen = new Map<string, Schema>();
  for (const branch of branches) {
    const form = forms[branch.kind] ?? branch.kind;
    const other = seen.get(form);
    if (other !== undefined) throw alike([other, branch], path, name);
    seen.set(form, branch);
  }
};

const alike = ([one, other]: readonly [Schema, Schema], path: string, name: string): MillraceError => {
  const both = `${labelOf(one)} and ${labelOf(other)}`;
  const advice = 'Use one nullable field for each, beside an enum that says which is set.';
  return new MillraceError('bad_schema', `${name}: the union at '${path}' has ${both}, whose values look alike in TypeScript. ${advice}`);
};

const labelOf = (schema: Schema): string => ('name' in schema ? schema.name : schema.kind);

/** What a branch's values look like, where that is not the kind itself; avsc tells branches apart by it. */
const forms: Readonly<Partial<Record<Schema['kind'], string>>> = {
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  enum: 'string',
  fixed: 'bytes',
  map: 'object',
  record: 'object',
};
