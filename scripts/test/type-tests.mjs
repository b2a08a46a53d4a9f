import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../setup/paths.mjs';

const folder = path.join(root, 'test', 'types');
const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');

/** Compiles test/types. Each file is one test: it passes if the compiler has nothing to say about it. */
export const typeTests = () => {
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.ts')) : [];
  if (files.length === 0) return { name: 'types', passed: 0, failed: [], skipped: [] };
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { cwd: root, encoding: 'utf8' });
  process.stdout.write(stdout);
  const failed = files.filter((name) => stdout.includes(path.posix.join('test/types', name)));
  if (status !== 0 && failed.length === 0) failed.push('the code that the type tests import');
  return { name: 'types', passed: Math.max(0, files.length - failed.length), failed, skipped: [] };
};
