import { watch } from 'node:fs';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { MillraceError, messageOf } from '../../pipeline/core/errors.ts';
import type { Topology } from '../../pipeline/core/graph.ts';
import type { Launched } from '../../pipeline/runtime/launch/launch.ts';
import { untilSignalled } from '../../pipeline/runtime/launch/until-signalled.ts';
import { jsonLog } from '../../pipeline/runtime/logger.ts';
import { externalTopics } from '../../pipeline/runtime/topic-plan.ts';
import { bothChecked } from '../cli/both-checked.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp } from '../cli/exit-codes.ts';
import { loadTopology, topologyFile } from '../cli/load-topology.ts';
import { addSettings, processSettings, serviceSettings } from '../cli/setting-options.ts';
import { readSettings, type SettingSources } from '../cli/settings.ts';
import { exitOnSignal } from '../services/exit-on-signal.ts';
import { acceptAll } from '../services/accept-all.ts';
import { launchSettings } from '../services/launch-settings.ts';
import { launchTopology } from '../services/launch-topology.ts';
import { mockAlarms } from '../services/mock-watch.ts';
import { openServices } from '../services/open-services.ts';
import { createTables, createTopics, tablesOf } from '../services/prepare-topology.ts';
import { scratchFolder } from '../services/scratch-folder.ts';
import type { Services } from '../services/services.ts';
import { usingServices } from '../services/using-services.ts';

type Flags = SettingSources['flags'] & { readonly watch?: boolean };

const partitions = 4;
const lookEvery = 1_000;

/** Prints, as long as the process runs, which partitions of the embedded broker lose records or soon will. */
const watchMock = async (services: Services, launched: Launched, say: (line: string) => void): Promise<void> => {
  if (!services.isMock) return;
  const ended = new AbortController();
  const end = (): void => ended.abort();
  const isOver = (): boolean => ended.signal.aborted;
  launched.ended.then(end, end);
  const admin = await services.cluster.admin();
  while (!isOver()) {
    await services.clock.sleep(lookEvery, ended.signal);
    for (const { topic, partition, unread, lost } of isOver() ? [] : await mockAlarms(admin, launched.status())) {
      if (lost > 0) say(`!!! LOST: the embedded broker has dropped ${lost} records of ${topic}/${partition} that nobody had read`);
      else
        say(
          `!!! ${topic}/${partition} has ${unread} unread records: the embedded broker keeps 5 MiB or 100,000 of them. Send more slowly.`,
        );
    }
  }
};

const greeting = (topology: Topology, services: Services, launched: Launched): string =>
  [
    `${topology.name} runs, with everything embedded that was not given:`,
    ...Object.entries(services.addresses).map(([name, address]) => `  ${name.padEnd(10)} ${address}`),
    `  topics     ${externalTopics(topology).join(', ')}`,
    `  pages      ${launched.url}/graph, /status, /metrics`,
    'Ctrl-C ends it, and what the embedded services hold is gone then.',
    '',
  ].join('\n');

interface Dev {
  readonly given: string;
  readonly flags: Flags;
  readonly context: CommandContext;
  readonly services: Services;
  /** Leaves signals to others. */
  readonly ignoreSignals: () => void;
}

const start = async (topology: Topology, { flags, context, services }: Dev): Promise<Launched> => {
  await createTopics(services.cluster, topology, partitions);
  if (services.clickhouse !== undefined) await createTables(services.clickhouse, topology);
  const settings = readSettings({ flags, env: context.env });
  const accepted = services.isMock ? acceptAll(topology) : {};
  const launched = await launchTopology(topology, services, { settings: launchSettings(settings, { accepted }) });
  context.print(greeting(topology, services, launched));
  void watchMock(services, launched, (line) => context.print(`${line}\n`)).catch((error: unknown) =>
    context.print(`${messageOf(error)}\n`),
  );
  return launched;
};

/** Resolves with the changed topology once the module's file has been written anew; what cannot be loaded is told and waited out. */
const changed = ({ given, context }: Dev, signal: AbortSignal): Promise<Topology> =>
  new Promise((resolve) => {
    const file = topologyFile(given);
    if (file === undefined) return;
    let version = 0;
    const watcher = watch(path.dirname(file), { signal }, (_, name) => {
      if (name !== path.basename(file)) return;
      version += 1;
      loadTopology(given, `${process.pid}-${version}-${process.hrtime.bigint()}`).then(
        (topology) => {
          watcher.close();
          resolve(topology);
        },
        (error: unknown) => context.print(`not reloaded: ${messageOf(error)}\n`),
      );
    });
  });

/** Runs one version of the topology; returns the next one, or undefined when a signal has ended it. */
const runVersion = async (topology: Topology, dev: Dev): Promise<Topology | undefined> => {
  const { flags, context, services, ignoreSignals } = dev;
  const settings = readSettings({ flags, env: context.env });
  const launched = await start(topology, dev);
  ignoreSignals();
  const reload = new AbortController();
  let next: Topology | undefined;
  if (flags.watch === true) {
    void changed(dev, reload.signal).then(async (later) => {
      next = later;
      context.print('the module has changed: starting its topology anew\n');
      await launched.stop();
    });
  }
  try {
    const { signals } = context;
    await untilSignalled(launched, { signals, clock: services.clock, log: services.log, graceMs: settings.graceSeconds * 1000 });
  } finally {
    reload.abort();
  }
  return next;
};

const run = async (given: string, flags: Flags, context: CommandContext): Promise<void> => {
  const [settings, first] = await bothChecked(
    () => readSettings({ flags, env: context.env }),
    () => loadTopology(given),
  );
  let topology: Topology | undefined = first;
  if (flags.watch === true && topologyFile(given) === undefined) {
    throw new MillraceError('bad_config', `--watch needs the path of a module; "${given}" is a shipped topology`);
  }
  const folder = scratchFolder('dev');
  const ignoreSignals = exitOnSignal(context.signals);
  const hasTables = tablesOf(first).length > 0;
  const services = await openServices(settings, jsonLog(settings.logLevel), hasTables ? path.join(folder.path, 'clickhouse') : undefined);
  try {
    await usingServices(services, async () => {
      while (topology !== undefined) topology = await runVersion(topology, { given, flags, context, services, ignoreSignals });
    });
  } finally {
    ignoreSignals();
    folder.remove();
  }
};

const example = `
The embedded broker is for trying things out: it holds everything in memory, keeps 5 MiB or 100,000 records of a partition and does not
isolate readers from transactions.

Examples:
  $ millrace dev feedback
  $ millrace dev ./clicks.js#clicks --watch`;

/** Adds `millrace dev`: a topology with an embedded broker, registry and ClickHouse. */
export const addDev = (program: Command, context: CommandContext): void => {
  const command = program
    .command('dev')
    .description('run a topology with an embedded broker, registry and ClickHouse')
    .argument('<topology>', 'name of a shipped topology, or path of a module, with #export if it has several')
    .addOption(new Option('--watch', 'start anew when the module of the topology changes (that file alone)'));
  addSettings(command, [...serviceSettings, ...processSettings])
    .addHelpText('after', example + exitCodeHelp(false))
    .action((given: string, flags: Flags) => run(given, flags, context));
};
