import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from '../setup/paths.mjs';
import { child } from './child.mjs';
import { typesOnlyFiles } from './types-only.mjs';

const raw = path.join(root, 'coverage', 'raw');
const c8 = path.join(root, 'node_modules', 'c8', 'bin', 'c8.js');

/** The folders whose coverage has a limit; the limits themselves are in .c8rc.json. */
const folders = ['pipeline/core', 'operators', 'pipeline/runtime', 'pipeline/state'];

/** Begins a new measurement: the environment under which processes, and those that they start, write down what they covered. */
export const measureCoverage = () => {
  rmSync(path.join(root, 'coverage'), { recursive: true, force: true });
  return { NODE_V8_COVERAGE: raw };
};

/** Reports what was covered and holds it against the limits. The gate is one test. */
export const coverageGate = async () => {
  const present = folders.filter((folder) => existsSync(path.join(root, folder)));
  const scope = [
    ...present.flatMap((folder) => ['--include', `${folder}/**/*.ts`]),
    ...typesOnlyFiles(present).flatMap((file) => ['--exclude', file]),
  ];
  const outcome = await child([process.execPath, c8, 'report', '--temp-directory', raw, ...scope]);
  return { name: 'coverage', passed: outcome === 0 ? 1 : 0, failed: outcome === 0 ? [] : ['the limits of .c8rc.json'], skipped: [] };
};
