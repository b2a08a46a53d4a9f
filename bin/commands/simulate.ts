import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import cliProgress from 'cli-progress';
import { MillraceError } from '../../pipeline/core/errors.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import type { SimulationReport } from '../../pipeline/testing/simulate.ts';
import { bothChecked } from '../cli/both-checked.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp, exitCodes } from '../cli/exit-codes.ts';
import { loadTopology } from '../cli/load-topology.ts';
import type { Block, Wanted } from '../simulate/block.ts';
import { loadSimulation } from '../simulate/load-simulation.ts';
import { runJobs } from '../simulate/run-jobs.ts';

interface Flags {
  readonly seeds: string;
  readonly from: string;
  readonly jobs: string;
  readonly with?: string;
  readonly shrink: boolean;
  readonly stopAtFirst?: boolean;
  readonly json?: boolean;
}

const example = `
Examples:
  $ millrace simulate feedback --seeds 1000
  $ millrace simulate ./totals.js --with ./totals.simulation.js --from 17 --seeds 1`;

type Range = Block & { readonly jobs: number };

const isWhole = (text: string, least: number): boolean => /^\d{1,9}$/.test(text) && Number(text) >= least;

const rangeOf = (flags: Flags): Range => {
  const given: ReadonlyArray<readonly [name: string, text: string, least: number]> = [
    ['seeds', flags.seeds, 1],
    ['from', flags.from, 0],
    ['jobs', flags.jobs, 1],
  ];
  const mistakes = given
    .filter(([, text, least]) => !isWhole(text, least))
    .map(([name, text, least]) => `--${name} is "${text}"; it takes a whole number from ${least} to 999999999`);
  if (mistakes.length > 0) throw new MillraceError('bad_config', mistakes.join('\n'));
  return { seeds: Number(flags.seeds), from: Number(flags.from), jobs: Number(flags.jobs) };
};

/** What was typed, checked as a whole before anything is run. */
const checked = async (topology: string, flags: Flags): Promise<Range> => {
  const [range] = await bothChecked(
    () => rangeOf(flags),
    () =>
      bothChecked(
        () => loadTopology(topology),
        () => loadSimulation(topology, flags.with),
      ),
  );
  return range;
};

const counted = (number: number): string => number.toLocaleString('en');

/** Shows on a terminal how far it is; a pipe is told every ten seconds. */
const progressOf = (total: number, { print, isTerminal }: CommandContext): { show(done: SimulationReport): void; end(): void } => {
  if (!isTerminal) {
    let next = 10_000;
    const show = ({ seeds, failures }: SimulationReport): void => {
      if (systemClock.monotonic() < next) return;
      next = systemClock.monotonic() + 10_000;
      print(`${counted(seeds)} of ${counted(total)} seeds, ${failures.length} failed\n`);
    };
    return { show, end: () => undefined };
  }
  const format = '  {bar} {percentage} %  {value} of {total} seeds, {failed} failed, {eta_formatted} left';
  const bar = new cliProgress.SingleBar(
    { format, hideCursor: true, clearOnComplete: true, stream: process.stdout },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, 0, { failed: 0 });
  return { show: ({ seeds, failures }) => bar.update(seeds, { failed: failures.length }), end: () => bar.stop() };
};

const againWith = (topology: string, seed: number, { with: given }: Flags): string =>
  ['millrace simulate', topology, ...(given === undefined ? [] : ['--with', given]), '--seeds 1 --from', seed].join(' ');

const summary = (report: SimulationReport, seconds: number): string => {
  const faults = Object.values(report.faults).reduce((sum, count) => sum + count, 0);
  const size = `${counted(report.seeds)} seeds from ${report.from}, ${counted(report.records)} records, ${counted(faults)} faults, ${seconds.toFixed(1)} s`;
  const kinds = Object.entries(report.faults).map(([kind, count]) => `${kind} ${counted(count)}`);
  const ignored = report.notCompared.length === 0 ? '' : `not compared: ${report.notCompared.join(', ')}\n`;
  const verdict =
    report.failures.length === 0
      ? 'no seed fails'
      : `${report.failures.length} ${report.failures.length === 1 ? 'seed fails' : 'seeds fail'}`;
  return `${size}\n  ${kinds.join(', ')}\n${ignored}${verdict}\n`;
};

const failureText = (topology: string, report: SimulationReport, flags: Flags): string =>
  report.failures
    .map(({ seed, what, trace }) => [what, `  run it again: ${againWith(topology, seed, flags)}`, ...trace, ''].join('\n'))
    .join('\n');

const run = async (topology: string, flags: Flags, context: CommandContext): Promise<void> => {
  const range = await checked(topology, flags);
  const wanted: Wanted = { topology, with: flags.with, shrink: flags.shrink, stopAtFirst: flags.stopAtFirst === true };
  const began = systemClock.monotonic();
  const progress = flags.json === true ? undefined : progressOf(range.seeds, context);
  const report = await runJobs(wanted, range, (done) => progress?.show(done)).finally(() => progress?.end());
  const seconds = (systemClock.monotonic() - began) / 1_000;
  if (flags.json === true) context.print(`${JSON.stringify({ ...report, seconds })}\n`);
  else context.print(failureText(topology, report, flags) + summary(report, seconds));
  if (report.failures.length > 0) context.exitWith(exitCodes.differs);
};

/** Adds `millrace simulate`: runs a topology under seeded faults, in memory and in virtual time, and compares what comes out. Touches no broker. */
export const addSimulate = (program: Command, context: CommandContext): void => {
  program
    .command('simulate')
    .description('run a topology under seeded faults, in memory and in virtual time, and compare what comes out')
    .argument('<topology>', 'name of a shipped topology, or path of a module, with #export if it has several')
    .addOption(new Option('--seeds <n>', 'how many seeds').default('100'))
    .addOption(new Option('--from <seed>', 'the first of them').default('1'))
    .addOption(new Option('--with <module>', 'the module that exports how it is simulated: inputs, outputs, facts, problems, lookups'))
    .addOption(new Option('--jobs <n>', 'how many processes share the work').default(String(availableParallelism())))
    .addOption(new Option('--no-shrink', 'tell failing seeds as they are'))
    .addOption(new Option('--stop-at-first', 'end with the first seed that fails'))
    .addOption(new Option('--json', 'print the result as JSON and nothing else'))
    .addHelpText('after', example + exitCodeHelp(false, ['  3  a seed fails; each is told with a trace']))
    .action((topology: string, flags: Flags) => run(topology, flags, context));
};
