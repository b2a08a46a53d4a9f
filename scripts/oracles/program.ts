import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { proofHead } from '../test/proof-head.mjs';
import type { Oracle } from './oracle.ts';
import { runOracles, type OracleReport } from './run-oracles.ts';

/** Where a program writes. */
export interface Output {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

interface Flags {
  readonly seed: number;
  readonly runs: number;
  readonly json?: true;
  readonly write?: true;
}

const help = `
Examples:
  $ npm run oracles
  $ npm run oracles -- --json --seed 7
  $ npm run oracles -- --runs 200

Exit codes:
  0  every figure is as published
  1  a figure is not, or could not be computed
  2  wrong usage; nothing was started`;

const wholeFrom =
  (least: number): ((text: string) => number) =>
  (text) => {
    const number = Number(text);
    if (!Number.isSafeInteger(number) || number < least) throw new InvalidArgumentError(`It takes a whole number from ${least}.`);
    return number;
  };

const programOf = ({ print, complain }: Output): Command =>
  new Command('npm run oracles --')
    .description('Holds the statistics of rollbacks to published figures, and simulates how often they err.')
    .addOption(new Option('--seed <number>', 'the seed of what is simulated').argParser(wholeFrom(0)).default(1))
    .addOption(new Option('--runs <number>', 'runs of versions that are alike').argParser(wholeFrom(20)).default(2000))
    .option('--write', 'keep the results as docs/proofs/oracles.json')
    .option('--json', 'print the results as one JSON object on the last line of standard output, and no table')
    .addHelpText('after', help)
    .showHelpAfterError('(add --help to see what it takes)')
    .allowExcessArguments(false)
    .configureOutput({ writeOut: print, writeErr: complain })
    .exitOverride();

const number = (value: number): string => String(Number(value.toPrecision(6)));

const line = (width: number, { name, expected, got, ok, interval }: Oracle): string => {
  const within = interval === undefined ? '' : `  (99 %: ${number(interval[0])} to ${number(interval[1])})`;
  return `${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(width)}  ${number(expected).padStart(9)}  ${number(got).padStart(9)}${within}`;
};

const tableOf = ({ oracles, false_rollback_rate }: OracleReport): string => {
  const width = Math.max(...oracles.map(({ name }) => name.length));
  const head = `        ${'oracle'.padEnd(width)}  ${'published'.padStart(9)}  ${'got'.padStart(9)}`;
  const failed = oracles.filter(({ ok }) => !ok).length;
  const end = `${oracles.length} oracles, ${failed} failed; false rollbacks of versions that are alike: ${number(false_rollback_rate)}`;
  return `${[head, ...oracles.map((oracle) => line(width, oracle)), '', end].join('\n')}\n`;
};

const proof = fileURLToPath(new URL('../../docs/proofs/oracles.json', import.meta.url));

const run = ({ seed, runs, json, write }: Flags, { print, complain }: Output): boolean => {
  const report = runOracles({ seed, runs, progress: (what) => complain(`oracles: ${what} …\n`) });
  if (write === true) writeFileSync(proof, `${JSON.stringify({ ...proofHead(), ...report }, null, 2)}\n`);
  print(json === true ? `${JSON.stringify(report)}\n` : tableOf(report));
  return report.oracles.every(({ ok }) => ok);
};

/** Runs the oracles with these arguments and gives the exit code. Never throws. */
export const runProgram = (args: ReadonlyArray<string>, output: Output): number => {
  const program = programOf(output);
  try {
    program.parse([...args], { from: 'user' });
    return run(program.opts<Flags>(), output) ? 0 : 1;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    output.complain(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  }
};
