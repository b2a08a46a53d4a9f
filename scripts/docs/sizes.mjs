import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../setup/paths.mjs';

/** Sources that ESLint, which limits TypeScript and JavaScript, does not see. */
const isSource = (file) => /\.(py|sh|sql|css|html)$/.test(file) || file.startsWith('.ci/');

const limitOf = (file) => (file.startsWith('test/') ? 400 : 250);

/** Says which source files are longer than the limit. */
export const tooLong = (file) => {
  if (!isSource(file)) return [];
  const lines = readFileSync(path.join(root, file), 'utf8').trimEnd().split('\n').length;
  return lines > limitOf(file) ? [`${file} has ${lines} lines; the limit is ${limitOf(file)}`] : [];
};
