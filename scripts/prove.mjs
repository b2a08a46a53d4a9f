import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { root } from './setup/paths.mjs';
import { summarise } from './test/summary.mjs';
import { fullTiers, runTier } from './test/tier.mjs';
import { typeTests } from './test/type-tests.mjs';

const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();

const machine = () => ({ cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30) });

/** Tests read MILLRACE_RUNS=full and then do all their seeds, kills and runs instead of a short series. */
const full = { MILLRACE_RUNS: 'full' };

const began = Date.now();
const results = [typeTests(), await runTier('unit', fullTiers.unit, full), await runTier('integration', fullTiers.integration, full)];
const proof = {
  commit: git('rev-parse', 'HEAD'),
  changedSince: git('status', '--porcelain', '--untracked-files=no') !== '',
  date: new Date().toISOString(),
  node: process.versions.node,
  machine: machine(),
  seconds: Math.round((Date.now() - began) / 1000),
  results,
};
const folder = path.join(root, 'docs', 'proofs');
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, 'tests.json'), `${JSON.stringify(proof, null, 2)}\n`);
process.exitCode = summarise(results);
