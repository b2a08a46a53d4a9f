import { rmSync } from 'node:fs';
import path from 'node:path';
import { root } from '../setup/paths.mjs';
import { child } from './child.mjs';

const raw = path.join(root, 'coverage', 'raw');
const c8 = path.join(root, 'node_modules', 'c8', 'bin', 'c8.js');

/** Begins a new measurement: the environment under which processes, and those that they start, write down what they covered. */
export const measureCoverage = () => {
  rmSync(path.join(root, 'coverage'), { recursive: true, force: true });
  return { NODE_V8_COVERAGE: raw };
};

/** Reports what was covered and holds it against the limits of .c8rc.json. The gate is one test. */
export const coverageGate = async () => {
  const outcome = await child([process.execPath, c8, 'report', '--temp-directory', raw]);
  return { name: 'coverage', passed: outcome === 0 ? 1 : 0, failed: outcome === 0 ? [] : ['the limits of .c8rc.json'], skipped: [] };
};
