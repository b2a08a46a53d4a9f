import type { Command } from 'commander';
import { untilSignalled } from '../../pipeline/runtime/launch/until-signalled.ts';
import { jsonLog } from '../../pipeline/runtime/logger.ts';
import { prometheusMeter } from '../../pipeline/runtime/prometheus-meter.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { defaultIngestSettings, type IngestSettings } from '../../services/ingest/ingest-settings.ts';
import { Lateness } from '../../services/ingest/log/lateness.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp } from '../cli/exit-codes.ts';
import { addSettings, ingestSettings, settingsOf } from '../cli/setting-options.ts';
import type { SettingName, Settings } from '../cli/setting-table.ts';
import { readSettings, type SettingSources } from '../cli/settings.ts';
import { addKeyCommands } from '../ingest/key-commands.ts';
import { addLinkCommands } from '../ingest/link-commands.ts';
import { type Doors, openDoors } from '../ingest/open-doors.ts';
import { openLog } from '../ingest/open-log.ts';
import { openOutcomes } from '../ingest/open-outcomes.ts';
import { serviceHealth } from '../services/service-health.ts';

type Flags = SettingSources['flags'];

const second = 1_000;
const mebibyte = 1 << 20;

const settingsFor = ({
  host,
  port,
  grpcPort,
  keyRate,
  linkRate,
  tenantRate,
  ackSeconds,
  inFlightMib,
  corsOrigin,
  undeclared,
}: Settings): IngestSettings => ({
  ...defaultIngestSettings,
  address: { host, port },
  grpcPort,
  rates: { perKey: keyRate, perLink: linkRate, perTenant: tenantRate },
  origins: corsOrigin?.split(',') ?? [],
  ackDeadline: ackSeconds * second,
  inFlightBytes: inFlightMib * mebibyte,
  undeclared,
});

const serve = async (settings: Settings, doors: Doors, { signals, print }: CommandContext): Promise<void> => {
  const log = jsonLog(settings.logLevel);
  const clock = systemClock;
  const { cluster, wire } = await openLog(settings, log);
  const { outcomes, close: closeOutcomes } = await openOutcomes(settings);
  const meter = prometheusMeter();
  const lateness = new Lateness(clock);
  try {
    // The web server is loaded by those who serve only: every other command starts without it.
    const { startIngest } = await import('../../services/ingest/start-ingest.ts');
    const api = await startIngest(
      { cluster, wire, clock, log, meter, outcomes, isLate: () => lateness.isLate(), ...doors },
      settingsFor(settings),
    );
    const health = await serviceHealth(settings, api, meter);
    const grpc = api.grpc === undefined ? '' : `; gRPC on ${api.grpc}`;
    print(`the ingestion API listens on ${api.url}; ${health.url}/healthz, /readyz, /metrics${grpc}\n`);
    await untilSignalled(api, { signals, clock, log, graceMs: settings.graceSeconds * second });
    await health.close();
  } catch (error) {
    // What has failed may be what closing waits for; the process ends in any case.
    void cluster.close().catch(() => undefined);
    throw error;
  } finally {
    lateness.close();
  }
  await Promise.all([cluster.close(), closeOutcomes()]);
};

const ingest = async (flags: Flags, context: CommandContext): Promise<void> => {
  const settings = readSettings({ flags, env: context.env }, ['kafka', 'registry', 'keys']);
  const doors = await openDoors(settings, { clock: systemClock, log: jsonLog(settings.logLevel) });
  try {
    await serve(settings, doors, context);
  } finally {
    doors.close();
  }
};

const names: ReadonlyArray<SettingName> = [...settingsOf('kafka', 'registry', 'clickhouse'), ...ingestSettings];
const process: ReadonlyArray<SettingName> = ['slot', 'healthHost', 'healthPort', 'graceSeconds', 'logLevel'];

const example = `
Takes feedback and inferences over REST and answers 202 once all in-sync replicas have them. As many may run side by side as wanted; the
description of the API is at /openapi.json. SIGTERM and SIGINT answer what was let in and end; a second one ends the process at once.

Examples:
  $ millrace ingest keys create --keys keys.json --tenant acme --scope write_feedback --scope write_inference
  $ millrace ingest --kafka kafka:9092 --registry http://registry:8081 --keys keys.json --host 0.0.0.0`;

/** Adds `millrace ingest`: the ingestion API until a signal ends it, and the commands for its keys. */
export const addIngest = (program: Command, context: CommandContext): void => {
  const command = program.command('ingest').description('take feedback and inferences over HTTP, and write them to the log');
  addSettings(command, [...names, ...process])
    .addHelpText('after', example + exitCodeHelp(false))
    .action((flags: Flags) => ingest(flags, context));
  addKeyCommands(command, context);
  addLinkCommands(command, context);
};
