import { canonicalSchema } from './canonical-schema.ts';
import { MillraceError } from '../core/errors.ts';
import type { SchemaFile } from './read-schemas.ts';
import { localName, logicalTypeOf, type EnumSchema, type FieldSchema, type NamedSchema, type RecordSchema, type Schema } from './schema.ts';

/** Where generated code imports `recordType` and the type `RecordType` from. */
export interface GeneratedImports {
  readonly recordType: string;
  readonly RecordType: string;
}

const width = 140;

const units: Readonly<Record<string, string>> = {
  'timestamp-millis': 'Milliseconds since the epoch, UTC.',
  'timestamp-micros': 'Microseconds since the epoch, UTC.',
  'local-timestamp-millis': 'Milliseconds since 1970-01-01T00:00 of the local time zone.',
  'local-timestamp-micros': 'Microseconds since 1970-01-01T00:00 of the local time zone.',
  date: 'Days since the epoch.',
  'time-millis': 'Milliseconds since midnight.',
  'time-micros': 'Microseconds since midnight.',
  uuid: 'A UUID.',
  decimal: "Unscaled value as big-endian two's complement.",
};

/**
 * The TypeScript of each schema file, by file name: an interface for each record with its docs, a union of literals for each enum, and for
 * the record that the file is about a constant which binds the schema, all its references inlined, to the type.
 * Throws `bad_schema` if two types have the same name but for the namespace.
 */
export const renderTypes = (files: ReadonlyArray<SchemaFile>, imports: GeneratedImports): ReadonlyMap<string, string> => {
  const homes = homesOf(files);
  return new Map(files.map((file) => [`${file.name}.ts`, renderFile(file, homes, imports)]));
};

const homesOf = (files: ReadonlyArray<SchemaFile>): ReadonlyMap<string, string> => {
  const homes = new Map<string, string>();
  for (const file of files) {
    for (const { name } of file.defines) {
      const other = homes.get(localName(name));
      if (other !== undefined) {
        throw new MillraceError('bad_schema', `${file.name}.avsc and ${other}.avsc both define a type ${localName(name)}. Rename one.`);
      }
      homes.set(localName(name), file.name);
    }
  }
  return homes;
};

const renderFile = (file: SchemaFile, homes: ReadonlyMap<string, string>, imports: GeneratedImports): string => {
  const types = file.defines.map(typeOf);
  const constant = file.root.kind === 'record' ? [constantOf(file.root)] : [];
  const head = [`// Generated from ${file.name}.avsc. Edit the schema, then generate again.`, ...importsOf(file, homes, imports)];
  return `${[head.join('\n'), ...types, ...constant].join('\n\n')}\n`;
};

const importsOf = (file: SchemaFile, homes: ReadonlyMap<string, string>, imports: GeneratedImports): ReadonlyArray<string> => {
  const used = new Set(
    file.defines.flatMap((schema) => (schema.kind === 'record' ? schema.fields.flatMap((field) => namesIn(field.type)) : [])),
  );
  const foreign = new Map<string, string[]>();
  for (const name of [...used].sort()) {
    const home = homes.get(name) ?? '';
    if (home !== file.name) foreign.set(home, [...(foreign.get(home) ?? []), name]);
  }
  const bound =
    file.root.kind === 'record'
      ? [`import { recordType } from '${imports.recordType}';`, `import type { RecordType } from '${imports.RecordType}';`]
      : [];
  return [...bound, ...[...foreign].sort().map(([home, names]) => `import type { ${names.join(', ')} } from './${home}.ts';`)];
};

const namesIn = (schema: Schema): ReadonlyArray<string> => {
  switch (schema.kind) {
    case 'array':
      return namesIn(schema.items);
    case 'map':
      return namesIn(schema.values);
    case 'union':
      return schema.branches.flatMap(namesIn);
    case 'record':
    case 'enum':
    case 'fixed':
      return [localName(schema.name)];
    default:
      return [];
  }
};

const typeOf = (schema: NamedSchema): string => {
  const doc = commentOf(schema.doc, '');
  const name = localName(schema.name);
  if (schema.kind === 'fixed') return `${doc}export type ${name} = Buffer;`;
  if (schema.kind === 'enum') return `${doc}${enumOf(name, schema)}`;
  if (schema.fields.length === 0) return `${doc}export type ${name} = Readonly<Record<string, never>>;`;
  return `${doc}export interface ${name} {\n${schema.fields.map(fieldOf).join('\n')}\n}`;
};

const enumOf = (name: string, { symbols }: EnumSchema): string => {
  const literals = symbols.map((symbol) => `'${symbol}'`);
  const head = `export type ${name} =`;
  const line = ` ${literals.join(' | ')};`;
  if (head.length + line.length <= width) return `${head}${line}`;
  return line.length < width ? `${head}\n ${line}` : `${head}\n${literals.map((literal) => `  | ${literal}`).join('\n')};`;
};

const fieldOf = (field: FieldSchema): string =>
  `${commentOf([field.doc, unitOf(field.type)].filter(Boolean).join(' ') || undefined, '  ')}  readonly ${field.name}: ${valueOf(field.type)};`;

const unitOf = (schema: Schema): string | undefined => {
  if (schema.kind === 'union') return schema.branches.map(unitOf).find((unit) => unit !== undefined);
  return units[logicalTypeOf(schema) ?? ''];
};

const primitives = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  bytes: 'Buffer',
  string: 'string',
} as const;

const valueOf = (schema: Schema): string => {
  switch (schema.kind) {
    case 'array':
      return `ReadonlyArray<${valueOf(schema.items)}>`;
    case 'map':
      return `Readonly<Record<string, ${valueOf(schema.values)}>>`;
    case 'union':
      return [...schema.branches]
        .sort((a, b) => Number(a.kind === 'null') - Number(b.kind === 'null'))
        .map(valueOf)
        .join(' | ');
    case 'record':
    case 'enum':
    case 'fixed':
      return localName(schema.name);
    default:
      return primitives[schema.kind];
  }
};

const constantOf = (record: RecordSchema): string => {
  const type = localName(record.name);
  const name = type.charAt(0).toLowerCase() + type.slice(1);
  const text = canonicalSchema(record).replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `/** Binds {@link ${type}} to its schema. */\nexport const ${name}: RecordType<${type}> = recordType(\n  '${text}',\n);`;
};

const commentOf = (doc: string | undefined, indent: string): string => {
  if (doc === undefined) return '';
  const text = doc.replace(/\s+/g, ' ').trim().replaceAll('*/', '*\\/');
  const line = `${indent}/** ${text} */`;
  if (line.length <= width) return `${line}\n`;
  return [`${indent}/**`, ...wrapped(text, width - indent.length - 3).map((part) => `${indent} * ${part}`), `${indent} */`, ''].join('\n');
};

const wrapped = (text: string, columns: number): ReadonlyArray<string> => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
};
