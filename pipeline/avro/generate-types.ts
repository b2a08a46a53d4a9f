import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readSchemas } from './read-schemas.ts';
import { renderTypes, type GeneratedImports } from './render-types.ts';

/** Where schemas are read and TypeScript is written. */
export interface GenerateOptions {
  /** The folder of the `.avsc` files. */
  readonly schemas: string;
  /** The folder of the generated files; nothing else may be in it. */
  readonly out: string;
  readonly imports: GeneratedImports;
  /** Writes nothing, only tells. */
  readonly check: boolean;
}

/**
 * Makes the generated files agree with the schemas: writes what differs and removes what no schema stands behind.
 * Returns the names of the files that were not current, sorted. Throws `bad_schema`.
 */
export const generateTypes = ({ schemas, out, imports, check }: GenerateOptions): ReadonlyArray<string> => {
  const wanted = renderTypes(readSchemas(schemas), imports);
  const present = existsSync(out) ? readdirSync(out) : [];
  const orphans = present.filter((file) => !wanted.has(file));
  const stale = [...wanted].filter(([file, text]) => !present.includes(file) || readFileSync(path.join(out, file), 'utf8') !== text);
  if (!check) {
    mkdirSync(out, { recursive: true });
    for (const file of orphans) rmSync(path.join(out, file));
    for (const [file, text] of stale) writeFileSync(path.join(out, file), text);
  }
  return [...orphans, ...stale.map(([file]) => file)].sort();
};
