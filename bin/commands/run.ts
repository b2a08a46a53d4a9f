import { type Command, Option } from 'commander';
import type { Topology } from '../../pipeline/core/graph.ts';
import type { Accepted } from '../../pipeline/core/plan.ts';
import { jsonLog } from '../../pipeline/runtime/logger.ts';
import { untilSignalled } from '../../pipeline/runtime/launch/until-signalled.ts';
import { acceptedOf } from '../cli/accepted.ts';
import { bothChecked } from '../cli/both-checked.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp } from '../cli/exit-codes.ts';
import { loadTopology } from '../cli/load-topology.ts';
import { addSettings, processSettings, serviceSettings } from '../cli/setting-options.ts';
import type { Settings } from '../cli/setting-table.ts';
import { readSettings, type SettingSources } from '../cli/settings.ts';
import { launchSettings } from '../services/launch-settings.ts';
import { launchTopology } from '../services/launch-topology.ts';
import { openServices } from '../services/open-services.ts';
import { outsideSettings } from '../services/prepare-topology.ts';
import { usingState } from '../services/using-state.ts';
import { usingServices } from '../services/using-services.ts';
import { runProcesses } from '../supervise/run-processes.ts';

type Flags = SettingSources['flags'] & {
  readonly migrate?: boolean;
  readonly withoutDeliveries?: boolean;
  readonly accept?: ReadonlyArray<string>;
};

const settingsOf = (flags: Flags, env: CommandContext['env'], needed: ReadonlyArray<'clickhouse' | 'endpoints'>): Settings =>
  readSettings({ flags, env }, ['kafka', 'registry', ...needed]);

const run = async (given: string, flags: Flags, context: CommandContext): Promise<void> => {
  const { env, exitWith } = context;
  const loading = loadTopology(given);
  const delivers = flags.withoutDeliveries !== true;
  const needed = loading.then(
    (loaded) => (delivers ? outsideSettings(loaded) : []),
    () => [],
  );
  const [topology, [settings, accepted]] = await bothChecked(
    () => loading,
    () =>
      bothChecked(
        async () => settingsOf(flags, env, await needed),
        () => acceptedOf(flags.accept),
      ),
  );
  if (settings.processes === undefined) await runOne(topology, { settings, accepted, migrates: flags.migrate === true, delivers }, context);
  else exitWith(await runProcesses({ topology: given, flags: { ...flags }, settings, processes: settings.processes }, context));
};

interface RunOrder {
  readonly settings: Settings;
  readonly accepted: Accepted;
  readonly migrates: boolean;
  readonly delivers: boolean;
}

const runOne = async (topology: Topology, order: RunOrder, { signals, print }: CommandContext): Promise<void> => {
  const { settings, accepted, migrates, delivers } = order;
  const log = jsonLog(settings.logLevel);
  const services = await openServices({ ...settings, group: settings.group ?? topology.name }, log);
  await usingServices(services, async () => {
    const launching = { ...launchSettings(settings, { accepted }), ...(delivers ? {} : { delivers: [] }) };
    await usingState({ stateDir: settings.stateDir, slot: launching.runner.slot }, services, async (makeStore) => {
      const launched = await launchTopology(topology, services, { settings: launching, makeStore, migrates });
      print(`${topology.name} runs: ${launched.url}/status, /metrics, /graph, /state/<node>/<key>\n`);
      const { clock } = services;
      await untilSignalled(launched, { signals, clock, log, graceMs: settings.graceSeconds * 1000 });
    });
  });
};

const example = `
Every setting can be given by its environment variable instead; a flag wins. The topics that are read must exist: see millrace topics.
SIGTERM and SIGINT drain, commit and leave the group; a second one ends the process at once.
With --processes it starts that many, each under the slot <slot>-<n> (the name of this machine without --slot) and with its pages on the ports after
its own; it starts again what ends by a fault, and ends with the worst of their exit codes.
State is kept in memory, or with --state-dir on a local disk under the slot: a restart then reads on where it stopped.
Its health server shows /status, /metrics, /graph and, committed and decoded, what a node remembers: GET /state/<node>/<key>.
A version that does not go on from the one before is refused, with the ways out; millrace plan tells it beforehand.

Examples:
  $ millrace run feedback --kafka kafka:9092 --registry http://registry:8081 --clickhouse http://clickhouse:8123/feedback --slot 0
  $ MILLRACE_KAFKA=kafka:9092 MILLRACE_REGISTRY=http://registry:8081 millrace run ./clicks.js`;

/** Adds `millrace run`: one process of a topology, or a parent of several, until a signal ends it. */
export const addRun = (program: Command, context: CommandContext): void => {
  const command = program
    .command('run')
    .description('run a topology, in one process or several')
    .argument('<topology>', 'name of a shipped topology, or path of a module, with #export if it has several')
    .addOption(
      new Option('--migrate', 'create the tables that are missing, and add the columns that they lack').conflicts('withoutDeliveries'),
    )
    .option('--without-deliveries', 'leave what is for tables and endpoints to millrace deliver')
    .addOption(
      new Option(
        '--accept <node=what>',
        'go on although millrace plan calls a node unsafe: reset its state, or keep what is there; repeatable',
      )
        .argParser((order: string, earlier: ReadonlyArray<string>) => [...earlier, order])
        .default([], 'nothing'),
    );
  addSettings(command, [...serviceSettings, ...processSettings, 'stateDir', 'membership', 'processes'])
    .addHelpText('after', example + exitCodeHelp(false))
    .action((given: string, flags: Flags) => run(given, flags, context));
};
