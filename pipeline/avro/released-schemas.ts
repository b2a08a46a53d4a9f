import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { canonicalSchema } from './canonical-schema.ts';
import type { EarlierVersion } from './compatibility.ts';
import { evolutionProblems } from './evolution-problems.ts';
import { parseSchema } from './parse-schema.ts';
import { readSchemas } from './read-schemas.ts';

/** A schema file and its released versions: `<name>/<version>.avsc`, each with all that it refers to built in. */
export interface ReleasedSchema {
  readonly name: string;
  readonly versions: ReadonlyArray<EarlierVersion>;
}

/** Reads the released versions under a folder, oldest first; none if it does not exist. Throws `bad_schema`. */
export const releasedSchemas = (folder: string): ReadonlyArray<ReleasedSchema> => {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return names.map((name) => ({ name, versions: versionsIn(path.join(folder, name)) }));
};

const versionsIn = (folder: string): ReadonlyArray<EarlierVersion> =>
  readdirSync(folder)
    .map((file) => ({ version: Number.parseInt(file, 10), schema: parseSchema(JSON.parse(readFileSync(path.join(folder, file), 'utf8'))) }))
    .sort((a, b) => a.version - b.version);

/**
 * Why the schemas of a folder may not follow what was released of them, each problem beginning with the file's name; empty when they may.
 * A schema that was released stays.
 */
export const releaseProblems = (schemas: string, released: string): ReadonlyArray<string> => {
  const current = new Map(readSchemas(schemas).map(({ name, root }) => [name, root]));
  return releasedSchemas(released).flatMap(({ name, versions }) => {
    const schema = current.get(name);
    if (schema === undefined) return [`${name}.avsc: it was released and is gone`];
    return evolutionProblems(schema, versions).map((problem) => `${name}.avsc: ${problem}`);
  });
};

/**
 * Releases the record schemas of a folder: what differs from its last released version becomes the next one. Returns `<name>/<version>` of
 * those, sorted; writes nothing and returns nothing when all are released. Call it only without `releaseProblems`.
 */
export const releaseSchemas = (schemas: string, released: string): ReadonlyArray<string> => {
  const before = new Map(releasedSchemas(released).map(({ name, versions }) => [name, versions]));
  return readSchemas(schemas).flatMap(({ name, root }) => {
    const last = before.get(name)?.at(-1);
    const text = canonicalSchema(root);
    if (root.kind !== 'record' || (last !== undefined && canonicalSchema(last.schema) === text)) return [];
    const version = (last?.version ?? 0) + 1;
    mkdirSync(path.join(released, name), { recursive: true });
    writeFileSync(path.join(released, name, `${version}.avsc`), `${JSON.stringify(JSON.parse(text), null, 1)}\n`);
    return [`${name}/${version}`];
  });
};
