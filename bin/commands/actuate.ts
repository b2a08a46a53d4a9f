import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { MillraceError, messageOf } from '../../pipeline/core/errors.ts';
import { randomShare } from '../../pipeline/runtime/id-source.ts';
import { untilSignalled } from '../../pipeline/runtime/launch/until-signalled.ts';
import { jsonLog } from '../../pipeline/runtime/logger.ts';
import { prometheusMeter } from '../../pipeline/runtime/prometheus-meter.ts';
import { type ActuatorSettings, readActuators } from '../../services/actuators/actuator-settings.ts';
import { launchActuators } from '../../services/actuators/launch-actuators.ts';
import { bothChecked } from '../cli/both-checked.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp } from '../cli/exit-codes.ts';
import { addSettings, settingsOf } from '../cli/setting-options.ts';
import type { SettingName } from '../cli/setting-table.ts';
import { readSettings, type SettingSources } from '../cli/settings.ts';
import { defaultPort } from '../services/launch-settings.ts';
import { openServices } from '../services/open-services.ts';
import { usingServices } from '../services/using-services.ts';

type Flags = SettingSources['flags'];

const textOf = (path: string): Promise<string> => readFile(path, 'utf8');

const actuatorsIn = async (path: string): Promise<Readonly<Record<string, ActuatorSettings>>> => {
  const text = await textOf(path).catch((error: unknown) => {
    throw new MillraceError('bad_config', `the file of actuators cannot be read: ${messageOf(error)}`, error);
  });
  return readActuators(text, path);
};

const actuate = async (file: string, flags: Flags, { env, signals, print }: CommandContext): Promise<void> => {
  const [settings, actuators] = await bothChecked(
    () => readSettings({ flags, env }, ['kafka', 'registry']),
    () => actuatorsIn(file),
  );
  const log = jsonLog(settings.logLevel);
  const services = await openServices({ ...settings, clickhouse: undefined, endpoints: undefined }, log);
  await usingServices(services, async () => {
    const { cluster, wire, clock } = services;
    const health = { host: settings.healthHost, port: settings.healthPort ?? defaultPort };
    const ports = { cluster, wire, clock, log, meter: prometheusMeter(), random: randomShare, readFile: textOf };
    const launched = await launchActuators(ports, { actuators, health });
    print(`carries out commands: ${Object.keys(actuators).join(', ')}: ${launched.url}/status, /metrics\n`);
    await untilSignalled(launched, { signals, clock, log, graceMs: settings.graceSeconds * 1000 });
  });
};

const settingNames: ReadonlyArray<SettingName> = ['healthHost', 'healthPort', 'graceSeconds', 'logLevel'];

const example = `
Reads model.commands and answers in model.command-acks. The file says by name what each actuator is: file, webhook, mlflow or argo-rollouts;
docs/actuators.md has every option. Runs as often as wanted; SIGTERM and SIGINT drain, a second one ends the process at once.

Examples:
  $ millrace actuate actuators.json --kafka kafka:9092 --registry http://registry:8081

The least that stands in the file:
  {"registry": {"kind": "mlflow", "tenant": "acme", "url": "http://mlflow:5000", "alias": "champion"}}`;

/** Adds `millrace actuate`: carries out rollbacks and promotions outside Kafka, until a signal ends it. */
export const addActuate = (program: Command, context: CommandContext): void => {
  const command = program
    .command('actuate')
    .description('carry out the commands of model.commands: move aliases, post webhooks, abort rollouts')
    .argument('<actuators>', 'path of a JSON file that says what each actuator is');
  addSettings(command, [...settingsOf('kafka', 'registry'), ...settingNames])
    .addHelpText('after', example + exitCodeHelp(false))
    .action((file: string, flags: Flags) => actuate(file, flags, context));
};
