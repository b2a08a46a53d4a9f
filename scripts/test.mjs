import { parseArgs } from 'node:util';
import { checks } from './test/checks.mjs';
import { coverageGate, measureCoverage } from './test/coverage.mjs';
import { summarise } from './test/summary.mjs';
import { runTier, tiers } from './test/tier.mjs';
import { typeTests } from './test/type-tests.mjs';

const help = `Usage: node scripts/test.mjs [--unit] [--coverage] [FILE…]

Type tests, then mocha: the unit tier, then integration and end to end. With FILEs, mocha over these only. The last line is
'N passed, N failed, N skipped'.
  --unit      leaves out test/integration and test/e2e
  --coverage  measures what the tests cover and fails below the limits of .c8rc.json
`;

const everything = async ({ unit, coverage }) => {
  const env = coverage ? measureCoverage() : {};
  const results = [...checks(), typeTests(), await runTier('unit', tiers.unit, env)];
  if (!unit) results.push(await runTier('integration', tiers.integration, env));
  if (coverage) results.push(await coverageGate());
  return results;
};

const options = { unit: { type: 'boolean' }, coverage: { type: 'boolean' }, help: { type: 'boolean' } };
const { values, positionals } = parseArgs({ options, allowPositionals: true });

if (values.help) process.stdout.write(help);
else {
  const chosen = { args: positionals, minutes: 14 };
  process.exitCode = summarise(positionals.length > 0 ? [await runTier('chosen', chosen)] : await everything(values));
}
