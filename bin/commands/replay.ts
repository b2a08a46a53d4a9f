import type { Command } from 'commander';
import { noLog } from '../../pipeline/core/ports/log.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { bothChecked } from '../cli/both-checked.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp, exitCodes, replayExitCodes } from '../cli/exit-codes.ts';
import { loadTopology } from '../cli/load-topology.ts';
import { addIdentityOptions, addRangeOptions } from '../cli/replay-options.ts';
import { type ReplayFlags, replayRequest } from '../cli/replay-request.ts';
import { replayText } from '../cli/replay-text.ts';
import { addSettings, settingsOf } from '../cli/setting-options.ts';
import { readSettings, type SettingSources } from '../cli/settings.ts';
import { openServices } from '../services/open-services.ts';
import { isAlike, type ReplayReport } from '../services/replay-on.ts';
import { usingServices } from '../services/using-services.ts';
import { watchedReplay } from '../services/watched-replay.ts';

type Flags = SettingSources['flags'] & ReplayFlags & { readonly diff?: boolean; readonly clean?: boolean; readonly json?: boolean };

const codeOf = (report: ReplayReport): number => {
  if (!report.isComplete) return exitCodes.failed;
  return isAlike(report) ? exitCodes.done : exitCodes.differs;
};

const run = async (given: string, flags: Flags, context: CommandContext): Promise<void> => {
  const { env, print, exitWith } = context;
  const [[settings, request], topology] = await bothChecked(
    () =>
      bothChecked(
        () => readSettings({ flags, env }, ['kafka', 'registry']),
        () => replayRequest(flags, systemClock.now()),
      ),
    () => loadTopology(given),
  );
  const services = await openServices({ ...settings, clickhouse: undefined }, noLog);
  await usingServices(services, async () => {
    const isJson = flags.json === true;
    const order = { ...request, diff: flags.diff === true, clean: flags.clean === true };
    const report = await watchedReplay(topology, services, { order, context, isJson });
    print(isJson ? `${JSON.stringify(report)}\n` : replayText(report));
    exitWith(codeOf(report));
  });
};

const example = `
Runs in one process, from empty state, under a group and topics of its own: nothing that the topology itself writes is touched, and no table is filled.
Broadcast topics are read as they are now. Begin early enough: what lies before the range is not known to joins, windows and dedupe.
A signal ends it early, with what was committed by then.

Examples:
  $ millrace replay feedback --kafka kafka:9092 --registry http://registry:8081 --diff --clean
  $ millrace replay feedback --from 2026-03-01T00:00:00Z --to 2026-03-02T00:00:00Z --id march-1 --json
  $ millrace replay ./clicks.js --range clicked:0:0-5000 --range clicked:1:0-0 --diff --key clicks.paid=user,at --ignore at`;

/** Adds `millrace replay`: runs a topology over a stretch of the log into topics of its own, and compares. */
export const addReplay = (program: Command, context: CommandContext): void => {
  const command = program
    .command('replay')
    .description('run a topology over a stretch of the log into topics of its own, and compare what comes of it')
    .argument('<topology>', 'name of a shipped topology, or path of a module, with #export if it has several')
    .option('--id <name>', 'what the replay is called (default: the time)')
    .option('--diff', 'compare its outputs with those that are there, result by result')
    .option('--clean', 'remove its topics at the end')
    .option('--json', 'print one JSON object');
  addIdentityOptions(addRangeOptions(command));
  addSettings(command, settingsOf('kafka', 'registry'))
    .addHelpText('after', example + exitCodeHelp(false, replayExitCodes))
    .action((given: string, flags: Flags) => run(given, flags, context));
};
