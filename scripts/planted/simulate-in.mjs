import { spawn } from 'node:child_process';
import path from 'node:path';

const shop = path.join('test', 'pipeline', 'testing', 'simulated', 'shop.ts');

/** What `millrace simulate` is given for each topology. */
const topologies = { feedback: ['feedback'], shop: [`${shop}#shop`, '--with', `${shop}#simulation`] };

const differs = 3;
const run = (folder, args, longest) =>
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

/**
 * Simulates a topology from the sources in `folder`, with more options beside the range: `{ report, first }`, the report of `millrace simulate` and
 * the first failure, if there is one. Throws if the simulation cannot be run, or takes more than `longest` ms: then it hangs.
 */
export const simulateIn = async (folder, topology, { from, seeds, options = [], longest = 600_000 }) => {
  const range = ['--from', String(from), '--seeds', String(seeds), ...options, '--json'];
  const { code, output, errors } = await run(folder, ['simulate', ...topologies[topology], ...range], longest);
  if (code !== 0 && code !== differs)
    throw new Error(`the simulation of ${topology} could not be run (${code}): ${errors.slice(0, 2_000)}`);
  const report = JSON.parse(output);
  return { report, first: report.failures[0] };
};
