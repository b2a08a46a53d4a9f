import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { MillraceError, messageOf } from '../core/errors.ts';
import { collectNames, resolveSchema, schemaNames } from './parse-schema.ts';
import type { NamedSchema, Schema } from './schema.ts';

/** One `.avsc` file: the type it is about, and the types that are defined inside it, in order, the first being itself. */
export interface SchemaFile {
  /** File name without `.avsc`. */
  readonly name: string;
  readonly root: NamedSchema;
  readonly defines: ReadonlyArray<NamedSchema>;
}

/**
 * Reads all `.avsc` files directly in a folder as one set: each may refer to the types of the others by full name. Sorted by file name.
 * Throws `bad_schema` naming file and place; a file holds one named type.
 */
export const readSchemas = (folder: string): ReadonlyArray<SchemaFile> => {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.avsc'))
    .sort();
  const texts = files.map((file) => [file, parse(path.join(folder, file))] as const);
  const names = schemaNames();
  for (const [file, json] of texts) collectNames(json, names, { path: file, namespace: '' });
  const roots = texts.map(([file, json]) => [file, rootOf(file, resolveSchema(json, names, { path: file, namespace: '' }))] as const);
  return roots.map(([file, root]) => {
    const own = [...names.definitions].filter(([, { place }]) => place.path.split('/')[0] === file).map(([name]) => name);
    return { name: file.slice(0, -'.avsc'.length), root, defines: own.flatMap((name) => names.types.get(name) ?? []) };
  });
};

const parse = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new MillraceError('bad_schema', `${file} must hold JSON: ${messageOf(error)}.`, error);
  }
};

const rootOf = (file: string, schema: Schema): NamedSchema => {
  if (schema.kind === 'record' || schema.kind === 'enum' || schema.kind === 'fixed') return schema;
  throw new MillraceError('bad_schema', `${file} must define a record, an enum or a fixed, not a type ${schema.kind}.`);
};
