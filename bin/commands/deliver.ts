import { type Command, Option } from 'commander';
import type { Topology } from '../../pipeline/core/graph.ts';
import { launchDeliveries } from '../../pipeline/runtime/launch/launch-deliveries.ts';
import { untilSignalled } from '../../pipeline/runtime/launch/until-signalled.ts';
import { jsonLog } from '../../pipeline/runtime/logger.ts';
import { prometheusMeter } from '../../pipeline/runtime/prometheus-meter.ts';
import { randomShare } from '../../pipeline/runtime/id-source.ts';
import { bothChecked } from '../cli/both-checked.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp } from '../cli/exit-codes.ts';
import { loadTopology } from '../cli/load-topology.ts';
import { addSettings, serviceSettings } from '../cli/setting-options.ts';
import type { SettingName } from '../cli/setting-table.ts';
import { readSettings, type SettingSources } from '../cli/settings.ts';
import { checkEndpoints, deliveryTargets } from '../services/delivery-targets.ts';
import { launchSettings } from '../services/launch-settings.ts';
import { openServices } from '../services/open-services.ts';
import { outsideSettings } from '../services/prepare-topology.ts';
import { usingServices } from '../services/using-services.ts';

type Flags = SettingSources['flags'] & { readonly migrate?: boolean; readonly node: ReadonlyArray<string> };

/** The topology with these of its sinks outside Kafka only: what the others need, this process does not. */
const deliveredOf = (topology: Topology, nodes: ReadonlyArray<string>): Topology =>
  nodes.length === 0 ? topology : { ...topology, nodes: topology.nodes.filter(({ name }) => nodes.includes(name)) };

const deliver = async (given: string, flags: Flags, { env, signals, print }: CommandContext): Promise<void> => {
  const loading = loadTopology(given);
  const needed = loading.then(
    (loaded) => outsideSettings(deliveredOf(loaded, flags.node)),
    () => [],
  );
  const [topology, settings] = await bothChecked(
    () => loading,
    async () => readSettings({ flags, env }, ['kafka', 'registry', ...(await needed)]),
  );
  const log = jsonLog(settings.logLevel);
  const services = await openServices({ ...settings, group: settings.group ?? topology.name }, log);
  await usingServices(services, async () => {
    const delivered = deliveredOf(topology, flags.node);
    checkEndpoints(delivered, services);
    const ports = { ...services, meter: prometheusMeter(), targetOf: deliveryTargets(services, flags.migrate), random: randomShare };
    const only = flags.node.length === 0 ? {} : { delivers: flags.node };
    const launched = await launchDeliveries(topology, ports, { ...launchSettings(settings), ...only });
    print(`${topology.name} delivers ${launched.deliveries.map(({ node }) => node).join(', ')}: ${launched.url}/status, /metrics\n`);
    await untilSignalled(launched, { signals, clock: services.clock, log, graceMs: settings.graceSeconds * 1000 });
  });
};

const settingNames: ReadonlyArray<SettingName> = ['group', 'healthHost', 'healthPort', 'graceSeconds', 'logLevel'];

const example = `
Runs beside "millrace run <topology> --without-deliveries", as often as wanted: a receiver in trouble then neither holds up nor ends the
processes that decide. The group is that of the topology's processes.

Examples:
  $ millrace deliver feedback --kafka kafka:9092 --registry http://registry:8081 --clickhouse http://clickhouse:8123/feedback
  $ millrace deliver ./orders.js --node order-posts --endpoints endpoints.json`;

/** Adds `millrace deliver`: the deliveries of a topology without its processing, until a signal ends them. */
export const addDeliver = (program: Command, context: CommandContext): void => {
  const command = program
    .command('deliver')
    .description('carry what a topology has made to its tables and endpoints, and nothing else')
    .argument('<topology>', 'name of a shipped topology, or path of a module, with #export if it has several')
    .option('--migrate', 'create the tables that are missing, and add the columns that they lack')
    .addOption(
      new Option('--node <name>', 'a node that ends in a table or an endpoint; repeatable')
        .argParser((name: string, earlier: ReadonlyArray<string>) => [...earlier, name])
        .default([], 'all of them'),
    );
  addSettings(command, [...serviceSettings, ...settingNames])
    .addHelpText('after', example + exitCodeHelp(false))
    .action((given: string, flags: Flags) => deliver(given, flags, context));
};
