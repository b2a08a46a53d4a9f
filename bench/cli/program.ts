import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { ingestSuite } from '../ingest/ingest-suite.ts';
import { failoverSuite } from '../latency/failover-suite.ts';
import { kafkaSuite } from '../kafka/kafka-suite.ts';
import { latencySuite } from '../latency/latency-suite.ts';
import { memorySuite } from '../memory/memory-suite.ts';
import { operatorsSuite } from '../operators/operators-suite.ts';
import { processesSuite } from '../processes/processes-suite.ts';
import { restoreSuite } from '../restore/restore-suite.ts';
import { surroundings } from '../support/machine.ts';
import type { Suite, SuiteOptions } from '../support/suite.ts';

/** What the program has of the world. */
export interface Output {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

interface Flags {
  readonly only?: ReadonlyArray<string>;
  readonly json?: true;
  readonly quick?: true;
  readonly write?: true;
  readonly records?: number;
}

const suites: ReadonlyArray<Suite<unknown>> = [
  operatorsSuite,
  memorySuite,
  kafkaSuite,
  processesSuite,
  restoreSuite,
  latencySuite,
  failoverSuite,
  ingestSuite,
];
const names = suites.map(({ name }) => name);
const proofs = fileURLToPath(new URL('../../docs/proofs', import.meta.url));

const help = `
Examples:
  $ npm run bench
  $ npm run bench -- --only operators,memory --json
  $ npm run bench -- --only kafka --records 300000

Exit codes:
  0  measured; whether a bar was reached is in the result, not in the exit code
  1  a suite could not be run; standard error says why
  2  wrong usage; nothing was started`;

const suiteNames = (text: string, before: ReadonlyArray<string> = []): ReadonlyArray<string> => {
  const asked = text.split(',').map((name) => name.trim());
  const unknown = asked.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new InvalidArgumentError(`There is no suite "${unknown.join('", "')}"; there are ${names.join(', ')}.`);
  return [...before, ...asked];
};

const recordCount = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1_000) throw new InvalidArgumentError('It takes a whole number of at least 1000.');
  return number;
};

const programOf = ({ print, complain }: Output): Command =>
  new Command('npm run bench --')
    .description('Measures how fast Millrace is, side by side with loops by hand, and how much memory it holds.')
    .addOption(new Option('--only <suites>', `only these: ${names.join(', ')}; repeatable, or with commas`).argParser(suiteNames))
    .addOption(new Option('--records <number>', 'records a run of the Kafka comparison; a million if left out').argParser(recordCount))
    .option('--quick', 'a smoke run of seconds: whether it works, not how fast it is')
    .option('--write', 'keep the results as docs/proofs/bench-<suite>.json')
    .option('--json', 'print the results as one JSON object on the last line of standard output')
    .addHelpText('after', help)
    .showHelpAfterError('(add --help to see what it takes)')
    .allowExcessArguments(false)
    .configureOutput({ writeOut: print, writeErr: complain })
    .exitOverride();

const optionsOf = ({ quick, records }: Flags, { print }: Output): SuiteOptions => ({
  isQuick: quick === true,
  records,
  say: (line) => print(`${line}\n`),
});

const keep = (name: string, result: object): string => {
  mkdirSync(proofs, { recursive: true });
  const file = path.join(proofs, `bench-${name}.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
};

/** The suites that were asked for; without `--only` those that can run here. Throws if one was named that cannot. */
const chosen = ({ only }: Flags, { print }: Output): ReadonlyArray<Suite<unknown>> =>
  suites.filter((suite) => {
    if (only?.includes(suite.name) === false) return false;
    const missing = suite.missing?.();
    if (missing !== undefined && only !== undefined) throw new Error(`${suite.name} cannot be measured here. ${missing}`);
    if (missing !== undefined) print(`${suite.name} is left out. ${missing}\n`);
    return missing === undefined;
  });

const run = async (flags: Flags, output: Output): Promise<void> => {
  const around = surroundings();
  const results: Record<string, unknown> = {};
  for (const suite of chosen(flags, output)) {
    output.print(`\n${suite.name}\n`);
    const { result, lines } = await suite.measure(optionsOf(flags, output));
    results[suite.name] = result;
    output.print(`\n${lines.join('\n')}\n`);
    if (flags.write === true) output.print(`kept as ${keep(suite.name, { ...around, is_quick: flags.quick === true, result })}\n`);
  }
  if (flags.json === true) output.print(`${JSON.stringify({ ...around, is_quick: flags.quick === true, ...results })}\n`);
};

/** Runs the benchmark with these arguments and gives the exit code. Never rejects. */
export const runBench = async (args: ReadonlyArray<string>, output: Output): Promise<number> => {
  const program = programOf(output);
  try {
    program.parse([...args], { from: 'user' });
    await run(program.opts<Flags>(), output);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    output.complain(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  }
};
