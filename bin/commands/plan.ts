import type { Command } from 'commander';
import type { Topology } from '../../pipeline/core/graph.ts';
import { type Plan, planChange } from '../../pipeline/core/plan.ts';
import type { PlanVerdict } from '../../pipeline/core/plan-finding.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import { declaredNow } from '../../pipeline/runtime/manifest/declared-now.ts';
import { readManifest } from '../../pipeline/runtime/manifest/read-manifest.ts';
import { bothChecked } from '../cli/both-checked.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp, exitCodes, planExitCodes } from '../cli/exit-codes.ts';
import { loadTopology } from '../cli/load-topology.ts';
import { planText } from '../cli/plan-text.ts';
import { addSettings, serviceSettings } from '../cli/setting-options.ts';
import { readSettings, type SettingSources } from '../cli/settings.ts';
import { openKafka } from '../services/open-kafka.ts';

type Flags = SettingSources['flags'] & { readonly json?: boolean };

const codes: Readonly<Record<PlanVerdict, number>> = {
  safe: exitCodes.done,
  'needs-migration': exitCodes.needsMigration,
  'needs-new-group': exitCodes.needsNewGroup,
};

const planOn = async (cluster: Cluster, topology: Topology): Promise<Plan> => {
  const before = await readManifest(cluster, topology.name);
  const admin = await cluster.admin();
  try {
    return planChange(before, topology, await declaredNow(topology, admin));
  } finally {
    await admin.close();
  }
};

const run = async (given: string, flags: Flags, { env, print, exitWith }: CommandContext): Promise<void> => {
  const [settings, topology] = await bothChecked(
    () => readSettings({ flags, env }, ['kafka']),
    () => loadTopology(given),
  );
  const cluster = await openKafka(settings, 'millrace-plan');
  try {
    const plan = await planOn(cluster, topology);
    print(flags.json === true ? `${JSON.stringify(plan)}\n` : planText(plan));
    exitWith(codes[plan.verdict]);
  } finally {
    await cluster.close();
  }
};

const example = `
Compares the topology as it is declared with the version that runs under its name, and writes nothing. A start refuses what is not safe.

Examples:
  $ millrace plan feedback --kafka kafka:9092
  $ millrace plan ./clicks.js --kafka kafka:9092 --json`;

/** Adds `millrace plan`: tells whether a topology may take the place of the version that runs. */
export const addPlan = (program: Command, context: CommandContext): void => {
  const command = program
    .command('plan')
    .description('tell whether a topology may take the place of the version that runs')
    .argument('<topology>', 'name of a shipped topology, or path of a module, with #export if it has several')
    .option('--json', 'print one JSON object');
  addSettings(
    command,
    serviceSettings.filter((name) => name.startsWith('kafka')),
  )
    .addHelpText('after', example + exitCodeHelp(false, planExitCodes))
    .action((given: string, flags: Flags) => run(given, flags, context));
};
