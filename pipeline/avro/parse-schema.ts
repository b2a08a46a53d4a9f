import { MillraceError } from '../core/errors.ts';
import {
  primitiveNames,
  type EnumSchema,
  type FieldSchema,
  type FixedSchema,
  type NamedSchema,
  type PrimitiveName,
  type RecordSchema,
  type Schema,
  type SchemaProps,
} from './schema.ts';

type Json = Readonly<Record<string, unknown>>;

/** Where in the schema the parser is: for messages, and for the names in it. */
interface Place {
  readonly path: string;
  readonly namespace: string;
}

/** A named type's definition as JSON, and the place where it was found. */
interface Definition {
  readonly json: Json;
  readonly place: Place;
}

/** The definitions that names may refer to, and the types that have been made of them. Share one to let schemas refer to each other. */
export interface SchemaNames {
  readonly definitions: Map<string, Definition>;
  readonly types: Map<string, NamedSchema>;
}

/** An empty table of names. */
export const schemaNames = (): SchemaNames => ({ definitions: new Map(), types: new Map() });

const namedKinds = new Set(['record', 'error', 'enum', 'fixed']);

const refuse = (place: Place, reason: string): never => {
  throw new MillraceError('bad_schema', `Avro schema, at ${place.path}: ${reason}.`);
};

const isObject = (json: unknown): json is Json => typeof json === 'object' && json !== null && !Array.isArray(json);

const isDefinition = (json: Json): boolean => typeof json.type === 'string' && namedKinds.has(json.type);

const below = (place: Place, part: string): Place => ({ path: `${place.path}/${part}`, namespace: place.namespace });

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;

const textAt = (json: Json, attribute: string, place: Place): string => {
  const text = json[attribute];
  return typeof text === 'string' ? text : refuse(place, `'${attribute}' must be a string`);
};

const textsAt = (json: Json, attribute: string, place: Place): ReadonlyArray<string> => {
  const texts = json[attribute] ?? [];
  if (Array.isArray(texts) && texts.every((text) => typeof text === 'string')) return texts;
  return refuse(place, `'${attribute}' must be an array of strings`);
};

const fullNameOf = (json: Json, place: Place): string => {
  const name = textAt(json, 'name', place);
  const namespace = typeof json.namespace === 'string' ? json.namespace : place.namespace;
  const full = qualified(name, namespace);
  return namePattern.test(full) ? full : refuse(place, `'${full}' is not a valid name`);
};

const qualified = (name: string, namespace: string): string => (name.includes('.') || namespace === '' ? name : `${namespace}.${name}`);

const namespaceOf = (fullName: string): string => fullName.slice(0, Math.max(0, fullName.lastIndexOf('.')));

/** The schemas directly inside a JSON schema, with their places. */
const partsOf = (json: unknown, place: Place): ReadonlyArray<readonly [unknown, Place]> => {
  if (Array.isArray(json)) return json.map((branch, index) => [branch, below(place, String(index))]);
  if (!isObject(json)) return [];
  if (!isDefinition(json)) {
    return ['type', 'items', 'values'].filter((part) => typeof json[part] === 'object').map((part) => [json[part], below(place, part)]);
  }
  const inside = { path: place.path, namespace: namespaceOf(fullNameOf(json, place)) };
  const fields: ReadonlyArray<unknown> = Array.isArray(json.fields) ? json.fields : [];
  return fields.filter(isObject).map((field) => [field.type, below(inside, String(field.name))]);
};

/**
 * Notes every named type that is defined anywhere in the JSON, so that it can be referred to. Throws `bad_schema` if a name is
 * defined twice.
 */
export const collectNames = (json: unknown, names: SchemaNames, place: Place = { path: '', namespace: '' }): void => {
  if (isObject(json) && isDefinition(json)) {
    const name = fullNameOf(json, place);
    if (names.definitions.has(name)) refuse(place, `'${name}' is defined twice`);
    names.definitions.set(name, { json, place });
  }
  for (const [part, where] of partsOf(json, place)) collectNames(part, names, where);
};

const propsOf = (json: Json, structural: ReadonlySet<string>): SchemaProps =>
  Object.fromEntries(Object.entries(json).filter(([attribute]) => !structural.has(attribute)));

const structure = {
  plain: new Set(['type']),
  array: new Set(['type', 'items']),
  map: new Set(['type', 'values']),
  named: new Set(['type', 'name', 'namespace', 'aliases', 'doc', 'fields', 'symbols', 'default', 'size']),
  field: new Set(['type', 'name', 'aliases', 'doc', 'default']),
};

const isPrimitive = (name: string): name is PrimitiveName => (primitiveNames as ReadonlyArray<string>).includes(name);

const docOf = (json: Json): string | undefined => (typeof json.doc === 'string' ? json.doc : undefined);

/** Turns JSON into the graph. Names are looked up in `names`, which `collectNames` has filled. Throws `bad_schema` naming the place. */
export const resolveSchema = (json: unknown, names: SchemaNames, place: Place = { path: '', namespace: '' }): Schema => {
  if (typeof json === 'string') return byName(json, names, place);
  if (Array.isArray(json)) return unionOf(json, names, place);
  if (!isObject(json)) return refuse(place, 'a schema must be a name, an object or an array');
  return isDefinition(json) ? named(fullNameOf(json, place), names, place) : unnamed(json, names, place);
};

const unnamed = (json: Json, names: SchemaNames, place: Place): Schema => {
  const { type } = json;
  if (type === 'array') {
    return { kind: 'array', items: resolveSchema(json.items, names, below(place, 'items')), props: propsOf(json, structure.array) };
  }
  if (type === 'map') {
    return { kind: 'map', values: resolveSchema(json.values, names, below(place, 'values')), props: propsOf(json, structure.map) };
  }
  if (typeof type === 'string' && isPrimitive(type)) return { kind: type, props: propsOf(json, structure.plain) };
  return resolveSchema(type, names, below(place, 'type'));
};

const byName = (name: string, names: SchemaNames, place: Place): Schema => {
  if (isPrimitive(name)) return { kind: name, props: {} };
  const full = qualified(name, place.namespace);
  return named(names.definitions.has(full) ? full : name, names, place);
};

const unionOf = (json: ReadonlyArray<unknown>, names: SchemaNames, place: Place): Schema => {
  if (json.length === 0) refuse(place, 'a union must have a branch');
  const branches = json.map((branch, index) => resolveSchema(branch, names, below(place, String(index))));
  if (branches.some((branch) => branch.kind === 'union')) refuse(place, 'a union must not hold a union directly');
  return { kind: 'union', branches };
};

const named = (name: string, names: SchemaNames, place: Place): NamedSchema => {
  const known = names.types.get(name);
  if (known !== undefined) return known;
  const definition = names.definitions.get(name) ?? refuse(place, `'${name}' is not defined`);
  const { json } = definition;
  const inside = { path: definition.place.path, namespace: namespaceOf(name) };
  if (json.type === 'enum') return keep(names, enumOf(name, json, inside));
  if (json.type === 'fixed') return keep(names, fixedOf(name, json, inside));
  return recordOf(name, json, { names, place: inside });
};

const keep = <S extends NamedSchema>(names: SchemaNames, schema: S): S => {
  names.types.set(schema.name, schema);
  return schema;
};

const commonOf = (name: string, json: Json, place: Place): Omit<FixedSchema, 'kind' | 'size'> => ({
  name,
  aliases: textsAt(json, 'aliases', place).map((alias) => qualified(alias, place.namespace)),
  doc: docOf(json),
  props: propsOf(json, structure.named),
});

const enumOf = (name: string, json: Json, place: Place): EnumSchema => {
  const symbols = textsAt(json, 'symbols', place);
  if (symbols.length === 0) refuse(place, `the enum '${name}' has no symbols`);
  const fallback = json.default === undefined ? undefined : textAt(json, 'default', place);
  if (fallback !== undefined && !symbols.includes(fallback)) refuse(place, `the default '${fallback}' is no symbol of '${name}'`);
  return { kind: 'enum', ...commonOf(name, json, place), symbols, default: fallback };
};

const fixedOf = (name: string, json: Json, place: Place): FixedSchema => {
  const size = typeof json.size === 'number' && Number.isInteger(json.size) && json.size >= 0 ? json.size : undefined;
  return { kind: 'fixed', ...commonOf(name, json, place), size: size ?? refuse(place, `the size of '${name}' must be a whole number`) };
};

const recordOf = (name: string, json: Json, { names, place }: { readonly names: SchemaNames; readonly place: Place }): RecordSchema => {
  const fields: FieldSchema[] = [];
  // Kept before its fields are read, so that a recursive type finds itself.
  const record = keep(names, { kind: 'record', ...commonOf(name, json, place), fields });
  const declared = Array.isArray(json.fields) ? (json.fields as ReadonlyArray<unknown>) : refuse(place, `'${name}' has no array of fields`);
  for (const field of declared) fields.push(fieldOf(isObject(field) ? field : refuse(place, 'a field must be an object'), names, place));
  const twice = fields.find((field, index) => fields.findIndex((other) => other.name === field.name) !== index);
  if (twice !== undefined) refuse(place, `'${name}' has the field '${twice.name}' twice`);
  return record;
};

const fieldOf = (json: Json, names: SchemaNames, place: Place): FieldSchema => {
  const name = textAt(json, 'name', place);
  const where = below(place, name);
  if (name.includes('.') || !namePattern.test(name)) refuse(where, `'${name}' is not a valid name`);
  return {
    name,
    aliases: textsAt(json, 'aliases', where),
    doc: docOf(json),
    type: resolveSchema(json.type, names, where),
    default: json.default === undefined ? undefined : { json: json.default },
    props: propsOf(json, structure.field),
  };
};

/** Reads one schema that refers to nothing outside itself. Throws `bad_schema` naming the place and the reason. */
export const parseSchema = (json: unknown): Schema => {
  const names = schemaNames();
  collectNames(json, names);
  return resolveSchema(json, names);
};
