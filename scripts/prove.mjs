import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './setup/paths.mjs';
import { child } from './test/child.mjs';
import { proofHead } from './test/proof-head.mjs';
import { summarise } from './test/summary.mjs';
import { fullTiers, runTier } from './test/tier.mjs';
import { typeTests } from './test/type-tests.mjs';

/** Tests read MILLRACE_RUNS=full and then do all their seeds, kills and runs instead of a short series. */
const full = { MILLRACE_RUNS: 'full' };

/** A proof that is a script of its own, as one test. */
const scriptProof = async (name, ...args) => {
  const outcome = await child([process.execPath, path.join(root, 'scripts', args[0]), ...args.slice(1)], { deadline: 3 * 3_600_000 });
  const failed = outcome === 0 ? [] : [`${name}: ended with ${outcome}`];
  return { name, passed: 1 - failed.length, failed, skipped: [] };
};

const began = Date.now();
const results = [
  typeTests(),
  await runTier('unit', fullTiers.unit, full),
  await runTier('integration', fullTiers.integration, full),
  await scriptProof('crash suite', 'crash-proof.mjs'),
  await scriptProof('crash suite of the ingestion API', 'run.mjs', 'test/crash/main.ts', '--suite', 'ingest', '--write'),
  await scriptProof('schemathesis', 'run.mjs', 'test/fuzz/main.ts', '--write'),
  await scriptProof('simulator', 'simulate-proof.mjs'),
  await scriptProof('planted bugs', 'plant-bugs.mjs', '--write'),
];
const proof = {
  ...proofHead(),
  seconds: Math.round((Date.now() - began) / 1000),
  results,
};
const folder = path.join(root, 'docs', 'proofs');
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, 'tests.json'), `${JSON.stringify(proof, null, 2)}\n`);
process.exitCode = summarise(results);
