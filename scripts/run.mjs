import { child } from './test/child.mjs';
import { threadPool } from './test/tier.mjs';

/** Runs a TypeScript file of the project from source: `node scripts/run.mjs FILE ARGS…`. Its exit code is this one's. */
const [file, ...args] = process.argv.slice(2);
const outcome = await child([process.execPath, '--import', 'ts-blank-space/register', file, ...args], { env: threadPool });
process.exitCode = typeof outcome === 'number' ? outcome : 1;
