import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import { MillraceError } from '../../pipeline/core/errors.ts';
import { untilSignalled } from '../../pipeline/runtime/launch/until-signalled.ts';
import { jsonLog } from '../../pipeline/runtime/logger.ts';
import { bothChecked } from '../cli/both-checked.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp, exitCodes } from '../cli/exit-codes.ts';
import { loadTopology } from '../cli/load-topology.ts';
import { addSettings, serviceSettings } from '../cli/setting-options.ts';
import type { Settings } from '../cli/setting-table.ts';
import { readSettings, type SettingSources } from '../cli/settings.ts';
import { generate, type Generated } from '../demo/generator/generate.ts';
import { readData, type RealData } from '../demo/generator/read-data.ts';
import { writeRun } from '../demo/generator/write-run.ts';
import { type Progress, progressFor } from '../demo/run/progress.ts';
import { type DemoRun, runDemo } from '../demo/run/run-demo.ts';
import { summary } from '../demo/run/summary.ts';
import { exitOnSignal } from '../services/exit-on-signal.ts';
import { launchSettings } from '../services/launch-settings.ts';
import { openServices } from '../services/open-services.ts';
import { scratchFolder } from '../services/scratch-folder.ts';
import type { Services } from '../services/services.ts';
import { usingServices } from '../services/using-services.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';

type Flags = SettingSources['flags'] & {
  readonly clean?: boolean;
  readonly keep?: boolean;
  readonly json?: boolean;
  readonly seed: string;
  readonly data?: string;
};

/** The data of the project; beside the sources, and one folder further up from what was built. The npm package is without. */
const ownData = (): string => {
  const found = ['../../data', '../../../data'].map((folder) => fileURLToPath(new URL(folder, import.meta.url))).find(existsSync);
  if (found !== undefined) return found;
  throw new MillraceError('bad_config', "the project's data files are not in its package: run the demo in a clone, or give --data FOLDER");
};

/** The embedded broker makes topics with four partitions; elsewhere they are made alike. */
const partitions = 4;

const seedOf = (text: string): number => {
  const seed = Number(text);
  if (/^\d{1,9}$/.test(text)) return seed;
  throw new MillraceError('bad_config', `--seed is "${text}"; it takes a whole number from 0 to 999999999`);
};

const toTheMicrosecond = (micros: number): string => {
  const fraction = String(micros % 1e6).padStart(6, '0');
  return `${new Date(Math.floor(micros / 1e6) * 1e3).toISOString().slice(0, -'.000Z'.length)}.${fraction}Z`;
};

/** What was typed, checked. */
interface Wanted {
  readonly settings: Settings;
  readonly seed: number;
  readonly directory: string;
  readonly data: RealData;
}

/** A demo is looked at: its log would be in the way, and its pages must not collide with those of a process that runs. */
const ownDefaults = { logLevel: 'error', healthPort: '0' } as const;

/** Records outlive the run on a broker that is given; the ids of their schemas have to as well, and the embedded registry is gone with the run. */
const lasting = [['kafka', 'registry']] as const;

const wanted = async (flags: Flags, { env }: CommandContext): Promise<Wanted> => {
  const defaults = { MILLRACE_LOG_LEVEL: ownDefaults.logLevel, MILLRACE_HEALTH_PORT: ownDefaults.healthPort };
  const [settings, [seed, { directory, data }]] = await bothChecked(
    () => readSettings({ flags, env: { ...defaults, ...env } }, [], lasting),
    () =>
      bothChecked(
        () => seedOf(flags.seed),
        () => {
          const folder = flags.data ?? ownData();
          return { directory: folder, data: readData(folder) };
        },
      ),
  );
  return { settings, seed, directory, data };
};

const generated = ({ seed, directory, data }: Wanted, flags: Flags, progress: Progress): Generated => {
  const run = generate({ data, seed, clean: flags.clean === true });
  progress.say(`${run.messages.length} messages from ${directory}, seed ${seed}${run.clean ? ', clean' : ', with noise'}`);
  for (const { data: name, from, to } of run.shifts)
    progress.say(`  ${name}: shifted from ${toTheMicrosecond(from)} to ${toTheMicrosecond(to)}`);
  return run;
};

interface Demo {
  readonly flags: Flags;
  readonly settings: Settings;
  readonly context: CommandContext;
  readonly progress: Progress;
  readonly folder: string;
  /** Leaves signals to others. */
  readonly ignoreSignals: () => void;
}

const tellWhere = ({ launched }: DemoRun, services: Services, { progress }: Demo): void => {
  progress.say(`stays up until Ctrl-C: ${launched.url}/metrics, ${launched.url}/graph, ${launched.url}/status`);
  for (const [name, address] of Object.entries(services.addresses)) progress.say(`  ${name.padEnd(10)} ${address}`);
};

const keepUp = async ({ launched }: DemoRun, services: Services, { context, ignoreSignals }: Demo): Promise<void> => {
  ignoreSignals();
  await untilSignalled(launched, { signals: context.signals, clock: services.clock, log: services.log, graceMs: 30_000 });
};

const replay = async (services: Services, run: Generated, demo: Demo): Promise<boolean> => {
  const { flags, progress, folder, context } = demo;
  const { print } = context;
  const files = writeRun(run, path.join(folder, 'run'));
  const settings = launchSettings(demo.settings, { excludeAfter: undefined });
  const done = await runDemo({ topology: await loadTopology('feedback'), services, settings, run, files, progress, partitions });
  print(summary(done.figures));
  if (flags.keep === true) tellWhere(done, services, demo);
  if (flags.json === true) print(`${JSON.stringify(done.figures)}\n`);
  if (flags.keep === true) await keepUp(done, services, demo);
  await done.launched.stop();
  return done.figures.ok;
};

const demonstrate = async (run: Generated, demo: Demo): Promise<boolean> => {
  const { settings, progress, folder } = demo;
  const services = await openServices(settings, jsonLog(settings.logLevel), path.join(folder, 'clickhouse'));
  return usingServices(services, () => {
    progress.say(
      Object.entries(services.addresses)
        .map(([name, address]) => `${name} at ${address}`)
        .join(', '),
    );
    return replay(services, run, demo);
  });
};

const run = async (flags: Flags, context: CommandContext): Promise<void> => {
  const asked = await wanted(flags, context);
  const folder = scratchFolder('demo');
  const ignoreSignals = exitOnSignal(context.signals);
  const progress = progressFor(context, systemClock);
  try {
    const { settings } = asked;
    const ok = await demonstrate(generated(asked, flags, progress), {
      flags,
      settings,
      context,
      progress,
      folder: folder.path,
      ignoreSignals,
    });
    if (!ok) context.exitWith(exitCodes.differs);
  } finally {
    ignoreSignals();
    folder.remove();
  }
};

const example = `
Without --kafka, --registry and --clickhouse the demo brings its own: a broker and a registry in memory, ClickHouse in process (the package chdb).
--kafka and --registry go together: records that stay on a broker name their schemas by ids of a registry that has to stay as well.
Given ones must hold no records of the feedback topology. Other processes of the topology may run on them and share the work.

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
  addSettings(command, [...serviceSettings, 'healthPort', 'logLevel'], ownDefaults)
    .addHelpText('after', example + exitCodeHelp(true))
    .action((flags: Flags) => run(flags, context));
};
