import type { Command } from 'commander';
import type { Topology } from '../../pipeline/core/graph.ts';
import { type Plan, planChange } from '../../pipeline/core/plan.ts';
import type { PlanVerdict } from '../../pipeline/core/plan-finding.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import { noLog } from '../../pipeline/core/ports/log.ts';
import { declaredNow } from '../../pipeline/runtime/manifest/declared-now.ts';
import { readManifest } from '../../pipeline/runtime/manifest/read-manifest.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { bothChecked } from '../cli/both-checked.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp, exitCodes, planExitCodes, replayExitCodes } from '../cli/exit-codes.ts';
import { loadTopology } from '../cli/load-topology.ts';
import { planText } from '../cli/plan-text.ts';
import { addIdentityOptions, addRangeOptions } from '../cli/replay-options.ts';
import { type ReplayFlags, type ReplayRequest, replayRequest } from '../cli/replay-request.ts';
import { comparisonText } from '../cli/replay-text.ts';
import { addSettings, settingsOf } from '../cli/setting-options.ts';
import type { Settings } from '../cli/setting-table.ts';
import { readSettings, type SettingSources } from '../cli/settings.ts';
import { openKafka } from '../services/open-kafka.ts';
import { openServices } from '../services/open-services.ts';
import { isAlike, type ReplayReport } from '../services/replay-on.ts';
import { usingServices } from '../services/using-services.ts';
import { watchedReplay } from '../services/watched-replay.ts';

type Flags = SettingSources['flags'] & ReplayFlags & { readonly json?: boolean; readonly replay?: boolean };

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

/** A plan, and how outputs would compare if that was asked. */
interface Answer {
  readonly plan: Plan;
  readonly report: ReplayReport | undefined;
}

const textOf = ({ plan, report }: Answer): string => {
  if (report === undefined) return planText(plan);
  return [planText(plan), ...comparisonText(report.comparisons ?? []), ''].join('\n');
};

const jsonOf = ({ plan, report }: Answer): string => JSON.stringify(report === undefined ? plan : { ...plan, replay: report.comparisons });

/** What is not safe comes before what differs. */
const codeOf = ({ plan, report }: Answer): number => {
  const differs = report !== undefined && !isAlike(report);
  return plan.verdict === 'safe' && differs ? exitCodes.differs : codes[plan.verdict];
};

const tell = (answer: Answer, { print, exitWith }: CommandContext, isJson: boolean): void => {
  print(isJson ? `${jsonOf(answer)}\n` : textOf(answer));
  exitWith(codeOf(answer));
};

interface Asked {
  readonly topology: Topology;
  readonly settings: Settings;
  readonly request: ReplayRequest;
  readonly isJson: boolean;
}

const planned = async ({ topology, settings }: Asked): Promise<Answer> => {
  const cluster = await openKafka(settings, 'millrace-plan');
  const plan = await planOn(cluster, topology).finally(() => cluster.close());
  return { plan, report: undefined };
};

const replayed = async ({ topology, settings, request, isJson }: Asked, context: CommandContext): Promise<Answer> => {
  const services = await openServices({ ...settings, clickhouse: undefined }, noLog);
  return usingServices(services, async () => {
    const plan = await planOn(services.cluster, topology);
    const order = { ...request, diff: true, clean: true };
    return { plan, report: await watchedReplay(topology, services, { order, context, isJson }) };
  });
};

const run = async (given: string, flags: Flags, context: CommandContext): Promise<void> => {
  const isReplay = flags.replay === true;
  const [[settings, request], topology] = await bothChecked(
    () =>
      bothChecked(
        () => readSettings({ flags, env: context.env }, isReplay ? ['kafka', 'registry'] : ['kafka']),
        () => replayRequest(flags, systemClock.now()),
      ),
    () => loadTopology(given),
  );
  const asked = { topology, settings, request, isJson: flags.json === true };
  tell(await (isReplay ? replayed(asked, context) : planned(asked)), context, asked.isJson);
};

const example = `
Compares the topology as it is declared with the version that runs under its name, and writes nothing. A start refuses what is not safe.
With --replay it then runs the topology over a stretch of the log, into topics of its own that are removed again, and shows how its results differ
from those that are there.

Examples:
  $ millrace plan feedback --kafka kafka:9092
  $ millrace plan ./clicks.js --kafka kafka:9092 --json
  $ millrace plan feedback --kafka kafka:9092 --registry http://registry:8081 --replay --from 2026-03-01T00:00:00Z --to 2026-03-02T00:00:00Z`;

/** Adds `millrace plan`: tells whether a topology may take the place of the version that runs. */
export const addPlan = (program: Command, context: CommandContext): void => {
  const command = program
    .command('plan')
    .description('tell whether a topology may take the place of the version that runs')
    .argument('<topology>', 'name of a shipped topology, or path of a module, with #export if it has several')
    .option('--replay', 'then replay a stretch of the log and compare results')
    .option('--json', 'print one JSON object');
  addIdentityOptions(addRangeOptions(command));
  addSettings(command, settingsOf('kafka', 'registry'))
    .addHelpText('after', example + exitCodeHelp(false, [...replayExitCodes, ...planExitCodes]))
    .action((given: string, flags: Flags) => run(given, flags, context));
};
