import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import { MillraceError } from '../../pipeline/core/errors.ts';
import { untilSignalled } from '../../pipeline/runtime/launch/until-signalled.ts';
import { jsonLog } from '../../pipeline/runtime/logger.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp, exitCodes } from '../cli/exit-codes.ts';
import { loadTopology } from '../cli/load-topology.ts';
import { addSettings, serviceSettings } from '../cli/setting-options.ts';
import { readSettings, type SettingSources } from '../cli/settings.ts';
import { generate, type Generated } from '../demo/generator/generate.ts';
import { readData } from '../demo/generator/read-data.ts';
import { writeRun } from '../demo/generator/write-run.ts';
import { type Progress, progressFor } from '../demo/run/progress.ts';
import { type DemoRun, runDemo } from '../demo/run/run-demo.ts';
import { summary } from '../demo/run/summary.ts';
import { launchSettings } from '../services/launch-settings.ts';
import { openServices } from '../services/open-services.ts';
import type { Services } from '../services/services.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';

type Flags = SettingSources['flags'] & {
  readonly clean?: boolean;
  readonly keep?: boolean;
  readonly json?: boolean;
  readonly seed: string;
  readonly data?: string;
};

/** The data of the project; beside the sources, and one folder further up from what was built. */
const ownData = fileURLToPath(new URL('../../data', import.meta.url));

/** The embedded broker makes topics with four partitions; elsewhere they are made alike. */
const partitions = 4;

const seedOf = (text: string): number => {
  const seed = Number(text);
  if (/^\d{1,9}$/.test(text)) return seed;
  throw new MillraceError('bad_config', `--seed is "${text}"; it takes a whole number from 0 to 999999999`);
};

const day = (micros: number): string => new Date(micros / 1000).toISOString();

const generated = (flags: Flags, progress: Progress): Generated => {
  const seed = seedOf(flags.seed);
  const directory = flags.data ?? ownData;
  const run = generate({ data: readData(directory), seed, clean: flags.clean === true });
  progress.say(`${run.messages.length} messages from ${directory}, seed ${seed}${run.clean ? ', clean' : ', with noise'}`);
  for (const { data, from, to } of run.shifts) progress.say(`  ${data}: shifted from ${day(from)} to ${day(to)}`);
  return run;
};

interface Demo {
  readonly flags: Flags;
  readonly context: CommandContext;
  readonly progress: Progress;
  readonly folder: string;
}

const tellWhere = ({ launched }: DemoRun, services: Services, { progress }: Demo): void => {
  progress.say(`stays up until Ctrl-C: ${launched.url}/metrics, ${launched.url}/graph, ${launched.url}/status`);
  for (const [name, address] of Object.entries(services.addresses)) progress.say(`  ${name.padEnd(10)} ${address}`);
};

const keepUp = async ({ launched }: DemoRun, services: Services, { context }: Demo): Promise<void> => {
  await untilSignalled(launched, { signals: context.signals, clock: services.clock, log: services.log, graceMs: 30_000 });
};

const replay = async (services: Services, run: Generated, demo: Demo): Promise<boolean> => {
  const { flags, context, progress, folder } = demo;
  const { env, print } = context;
  const files = writeRun(run, path.join(folder, 'run'));
  const settings = readSettings({ flags, env });
  const launching = launchSettings({ ...settings, healthPort: settings.healthPort ?? 0 }, { excludeAfter: undefined });
  const done = await runDemo({
    topology: await loadTopology('feedback'),
    services,
    settings: launching,
    run,
    files,
    progress,
    partitions,
  });
  print(summary(done.figures));
  if (flags.keep === true) tellWhere(done, services, demo);
  if (flags.json === true) print(`${JSON.stringify(done.figures)}\n`);
  if (flags.keep === true) await keepUp(done, services, demo);
  await done.launched.stop();
  return done.figures.ok;
};

const demonstrate = async (demo: Demo): Promise<boolean> => {
  const { flags, context, progress, folder } = demo;
  const settings = readSettings({ flags, env: context.env });
  const run = generated(flags, progress);
  const services = await openServices(
    settings,
    jsonLog(flags.logLevel === undefined ? 'error' : settings.logLevel),
    path.join(folder, 'clickhouse'),
  );
  try {
    progress.say(
      Object.entries(services.addresses)
        .map(([name, address]) => `${name} at ${address}`)
        .join(', '),
    );
    return await replay(services, run, demo);
  } finally {
    await services.close();
  }
};

const run = async (flags: Flags, context: CommandContext): Promise<void> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-demo-'));
  const progress = progressFor(context, systemClock);
  try {
    const ok = await demonstrate({ flags, context, progress, folder });
    if (!ok) context.exitWith(exitCodes.differs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const example = `
Without --kafka, --registry and --clickhouse the demo brings its own: a broker and a registry in memory, ClickHouse in process (the package chdb).
Given ones must hold no records of the feedback topology.

Examples:
  $ millrace demo
  $ millrace demo --clean --json | tail -1
  $ millrace demo --kafka localhost:9092 --registry http://localhost:8081 --clickhouse http://localhost:8123`;

/** Adds `millrace demo`: replays real feedback through the shipped topology and checks every figure. */
export const addDemo = (program: Command, context: CommandContext): void => {
  const command = program
    .command('demo')
    .description('replay real feedback through the shipped topology, and check every figure against a brute force')
    .option('--clean', 'no noise: every prediction and impression is answered, in order and well formed')
    .option('--keep', 'stay up afterwards, with metrics and graph to look at')
    .option('--json', 'print the figures as one JSON object on the last line of standard output')
    .addOption(new Option('--seed <number>', 'of the noise; the same seed gives the same run').default('1'))
    .option('--data <folder>', 'other data files of the same names and form');
  addSettings(command, [...serviceSettings, 'healthPort', 'logLevel'])
    .addHelpText('after', example + exitCodeHelp(true))
    .action((flags: Flags) => run(flags, context));
};
