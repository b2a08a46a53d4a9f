import { spawn } from 'node:child_process';
import path from 'node:path';

const shop = path.join('test', 'pipeline', 'testing', 'simulated', 'shop.ts');

/** What `millrace simulate` is given for each topology. */
const topologies = { feedback: ['feedback'], shop: [`${shop}#shop`, '--with', `${shop}#simulation`] };

const differs = 3;
/** A run that takes longer hangs, ms. */
const longest = 300_000;

const run = (folder, args) =>
  new Promise((resolve, reject) => {
    const millrace = ['--import', 'ts-blank-space/register', path.join('bin', 'millrace.ts')];
    const child = spawn(process.execPath, [...millrace, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), longest);
    let output = '';
    let errors = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (errors += text));
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output, errors });
    });
  });

/** Simulates a topology from the sources in `folder` up to the first seed that fails: `{ from, seeds, failed, what }`. */
export const simulateIn = async (folder, topology, { from, seeds }) => {
  const range = ['--from', String(from), '--seeds', String(seeds), '--jobs', '1', '--stop-at-first', '--no-shrink', '--json'];
  const { code, output, errors } = await run(folder, ['simulate', ...topologies[topology], ...range]);
  if (code !== 0 && code !== differs)
    throw new Error(`the simulation of ${topology} could not be run (${code}): ${errors.slice(0, 2_000)}`);
  const report = JSON.parse(output);
  const [first] = report.failures;
  return { from, seeds: report.seeds, failed: first?.seed, what: first?.what.slice(0, 300) };
};
