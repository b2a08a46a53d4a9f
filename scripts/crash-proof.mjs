import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './setup/paths.mjs';
import { child } from './test/child.mjs';
import { proofHead } from './test/proof-head.mjs';
import { threadPool } from './test/tier.mjs';

const help = `Usage: node scripts/crash-proof.mjs [--seeds N] [--from S] [-- options of npm run test:crash]

Runs the crash suite with three seeds, one after the other, and writes docs/proofs/crash.json. Fails if a seed does.
`;

const options = { seeds: { type: 'string', default: '3' }, from: { type: 'string', default: '1' }, help: { type: 'boolean' } };
const { values, positionals: passedOn } = parseArgs({ options, allowPositionals: true });

/** Longer than load, patience and comparison of the full run take on two busy cores. */
const deadline = 90 * 60_000;

const runOne = async (seed, folder) => {
  const file = path.join(folder, `${seed}.json`);
  const command = [process.execPath, '--import', 'ts-blank-space/register', path.join(root, 'test', 'crash', 'main.ts')];
  const outcome = await child([...command, '--seed', String(seed), '--json', file, ...passedOn], { env: threadPool, deadline });
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { ok: false, options: { seed }, outcome };
};

const prove = async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-crash-proof-'));
  const runs = [];
  const from = Number(values.from);
  try {
    for (let seed = from; seed < from + Number(values.seeds); seed += 1) runs.push(await runOne(seed, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const proofs = path.join(root, 'docs', 'proofs');
  mkdirSync(proofs, { recursive: true });
  writeFileSync(path.join(proofs, 'crash.json'), `${JSON.stringify({ ...proofHead(), runs }, null, 2)}\n`);
  return runs.every(({ ok }) => ok) ? 0 : 1;
};

if (values.help) process.stdout.write(help);
else process.exitCode = await prove();
