import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { simulateIn } from './planted/simulate-in.mjs';
import { root } from './setup/paths.mjs';
import { proofHead } from './test/proof-head.mjs';

const help = `Usage: node scripts/simulate-proof.mjs [--seeds N] [--from S]

Runs a thousand seeds of the shipped topology and of a small one whose inputs are made up, on all cores, and writes docs/proofs/simulator.json.
Fails if a seed does.
`;

const topologies = ['feedback', 'shop'];

const options = { seeds: { type: 'string', default: '1000' }, from: { type: 'string', default: '1' }, help: { type: 'boolean' } };
const { values } = parseArgs({ options });

const prove = async () => {
  const runs = [];
  for (const topology of topologies) {
    const { report } = await simulateIn(root, topology, { from: values.from, seeds: values.seeds, longest: 7_200_000 });
    runs.push({ topology, ...report });
    process.stdout.write(`${topology}: ${report.seeds} seeds, ${report.failures.length} failed, ${report.seconds.toFixed(1)} s\n`);
  }
  const folder = path.join(root, 'docs', 'proofs');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'simulator.json'), `${JSON.stringify({ ...proofHead(), runs }, null, 2)}\n`);
  return runs.every(({ failures }) => failures.length === 0) ? 0 : 1;
};

if (values.help) process.stdout.write(help);
else process.exitCode = await prove();
