import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import tsBlankSpace from 'ts-blank-space';
import { root } from '../setup/paths.mjs';

const withoutComments = (text) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

/** A file that holds nothing but types leaves nothing to run, so nothing to cover. */
const holdsTypesOnly = (file) => {
  const left = withoutComments(tsBlankSpace(readFileSync(path.join(root, file), 'utf8')));
  return (
    left
      .replace(/export\s*\{\s*\};?/g, '')
      .replace(/;/g, '')
      .trim() === ''
  );
};

/** The TypeScript files under the folders that hold types only, by their paths from the root. */
export const typesOnlyFiles = (folders) =>
  folders
    .flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true }).map((name) => path.join(folder, name)))
    .filter((file) => file.endsWith('.ts') && holdsTypesOnly(file));
