import type { FieldSchema, NamedSchema, Schema, SchemaProps } from './schema.ts';

type Json = Record<string, unknown>;

/**
 * Writes a schema as JSON text that depends on its content alone: full names, attributes in a fixed order, each named type defined at
 * its first use. Docs, defaults, aliases and logical types stay, so it is what gets registered. Unlike Avro's parsing canonical form
 * nothing of what a reader needs is lost.
 */
export const canonicalSchema = (schema: Schema): string => JSON.stringify(render(schema, new Set()));

const render = (schema: Schema, defined: Set<string>): unknown => {
  switch (schema.kind) {
    case 'union':
      return schema.branches.map((branch) => render(branch, defined));
    case 'array':
      return { type: 'array', items: render(schema.items, defined), ...sorted(schema.props) };
    case 'map':
      return { type: 'map', values: render(schema.values, defined), ...sorted(schema.props) };
    case 'record':
    case 'enum':
    case 'fixed':
      return named(schema, defined);
    default:
      return Object.keys(schema.props).length === 0 ? schema.kind : { type: schema.kind, ...sorted(schema.props) };
  }
};

const named = (schema: NamedSchema, defined: Set<string>): unknown => {
  if (defined.has(schema.name)) return schema.name;
  defined.add(schema.name);
  // Without this a name that has no namespace would get that of the record around it.
  const namespace = schema.name.includes('.') ? {} : { namespace: '' };
  return { type: schema.kind, name: schema.name, ...namespace, ...about(schema), ...body(schema, defined), ...sorted(schema.props) };
};

const body = (schema: NamedSchema, defined: Set<string>): Json => {
  if (schema.kind === 'fixed') return { size: schema.size };
  if (schema.kind === 'record') return { fields: schema.fields.map((field) => fieldOf(field, defined)) };
  return { symbols: schema.symbols, ...(schema.default === undefined ? {} : { default: schema.default }) };
};

const fieldOf = (field: FieldSchema, defined: Set<string>): Json => ({
  name: field.name,
  ...about(field),
  type: render(field.type, defined),
  ...(field.default === undefined ? {} : { default: field.default.json }),
  ...sorted(field.props),
});

const about = ({ doc, aliases }: Pick<FieldSchema, 'doc' | 'aliases'>): Json => ({
  ...(doc === undefined ? {} : { doc }),
  ...(aliases.length === 0 ? {} : { aliases }),
});

const sorted = (props: SchemaProps): Json => Object.fromEntries(Object.entries(props).sort(([a], [b]) => (a < b ? -1 : 1)));
