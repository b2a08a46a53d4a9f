import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Type } from 'typebox';
import { type Refusal, refusal } from '../refusal.ts';

const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, allowUnionTypes: true });
formats.default(ajv, ['date-time', 'uuid']);

/** A value of the schema's type, or why it is none. */
export type Checked<T> = { readonly value: T } | { readonly refused: Refusal };

const pointer = (at: string, name: unknown): string => `${at}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;

const depth = ({ instancePath }: ErrorObject): number => instancePath.split('/').length;

/** What says least is named last. */
const vague: ReadonlyArray<string> = ['type', 'not', 'oneOf', 'anyOf'];

const vagueness = ({ keyword }: ErrorObject): number => vague.indexOf(keyword);

/** The error that says most: of the deepest field, an unknown field first. */
const tellingOf = (errors: ReadonlyArray<ErrorObject>): ErrorObject | undefined =>
  [...errors].sort((a, b) => depth(b) - depth(a) || vagueness(a) - vagueness(b))[0];

const field = (at: string): string => (at === '' ? 'the record' : at.slice(1).replaceAll('/', '.'));

const detailOf = (error: ErrorObject, all: ReadonlyArray<ErrorObject>): string => {
  if (error.keyword === 'type') {
    const same = all.filter(({ keyword, instancePath }) => keyword === 'type' && instancePath === error.instancePath);
    return `must be ${[...new Set(same.map(({ params }) => String(params.type)))].join(' or ')}`;
  }
  if (error.keyword === 'enum') return `must be one of ${String(error.params.allowedValues).replaceAll(',', ', ')}`;
  if (error.keyword === 'oneOf' || error.keyword === 'not') return 'has two names of one field; give one of them';
  return error.message ?? 'is not valid';
};

const missing = (at: string, all: ReadonlyArray<ErrorObject>): Refusal => {
  const names = all.flatMap(({ keyword, instancePath, params }) =>
    keyword === 'required' && instancePath === at ? [String(params.missingProperty)] : [],
  );
  return refusal('missing_field', `${field(at)} needs ${[...new Set(names)].join(' or ')}`, { path: pointer(at, names[0]) });
};

const told = (errors: ReadonlyArray<ErrorObject>): Refusal => {
  const error = tellingOf(errors);
  if (error === undefined) return refusal('invalid_field', 'the record is not valid', { path: '' });
  const { instancePath: at, keyword, params } = error;
  if (keyword === 'additionalProperties')
    return refusal('unknown_field', 'there is no such field here', { path: pointer(at, params.additionalProperty) });
  if (keyword === 'required') return missing(at, errors);
  return refusal('invalid_field', `${field(at)} ${detailOf(error, errors)}`, { path: at });
};

/** Compiles a schema to a check of plain JSON. The check changes nothing and names the field that is wrong by its path. */
export const checker = <S extends Type.TSchema>(schema: S): ((value: unknown) => Checked<Type.Static<S>>) => {
  const validate = ajv.compile<Type.Static<S>>(schema);
  return (value) => (validate(value) ? { value } : { refused: told(validate.errors ?? []) });
};
