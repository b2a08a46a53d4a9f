import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { localCache, root } from '../setup/paths.mjs';
import { child } from './child.mjs';

/** The process that runs the tests itself; mocha's `bin` would start it as a child, which a signal does not always reach. */
const mocha = ['--import', 'ts-blank-space/register', path.join(root, 'node_modules', 'mocha', 'lib', 'cli', 'cli.js')];
const reporter = path.join(root, 'scripts', 'test', 'reporter.mjs');
const slow = ['test/integration/**', 'test/e2e/**'];

/** librdkafka's blocking calls hold threads of Node's pool, so it must be larger than the default of 4. */
export const threadPool = { UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '16' };

/** How long each may take before it counts as hung: several times what it takes on two quiet cores. */
export const tiers = {
  unit: { args: ['test/**/*.test.ts', ...slow.flatMap((glob) => ['--ignore', glob])], minutes: 20 },
  integration: { args: slow.map((glob) => `${glob}/*.test.ts`), minutes: 40 },
};

/** The same tiers with the time that the full runs of crash suites, simulator and statistics take. */
export const fullTiers = Object.fromEntries(Object.entries(tiers).map(([name, { args }]) => [name, { args, minutes: 180 }]));

const explain = (outcome, minutes) => {
  if (outcome === 'deadline') return `it was still running after ${minutes} minutes`;
  return outcome === 0 ? 'it ended without any test' : `it ended early, with ${outcome}`;
};

const readResults = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: [], skipped: [] });

/** A test may be skipped for a reason only. */
const withoutReason = (skipped) =>
  skipped.filter(({ reason }) => reason === undefined).map(({ title }) => `${title} (skipped for no reason)`);

/** Runs mocha over one tier in a process of its own. A run that dies, hangs, stays open or has run no test counts as a failure. */
export const runTier = async (name, { args, minutes }, env = {}) => {
  mkdirSync(localCache, { recursive: true });
  const file = path.join(localCache, `results-${name}.json`);
  rmSync(file, { force: true });
  const command = [process.execPath, ...mocha, '--reporter', reporter, ...args];
  const outcome = await child(command, { env: { ...threadPool, ...env, MILLRACE_RESULTS: file }, deadline: minutes * 60_000 });
  const { passed, failed, skipped } = readResults(file);
  const unexplained = withoutReason(skipped);
  const isEmpty = passed + failed.length + skipped.length === 0;
  const broken = isEmpty || (outcome !== 0 && (failed.length === 0 || typeof outcome === 'string'));
  return {
    name,
    passed,
    failed: [...failed, ...unexplained, ...(broken ? [`the ${name} run: ${explain(outcome, minutes)}`] : [])],
    skipped: skipped.filter(({ reason }) => reason !== undefined),
  };
};
