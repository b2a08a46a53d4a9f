import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { MillraceError, messageOf } from '../../pipeline/core/errors.ts';
import { randomShare } from '../../pipeline/runtime/id-source.ts';
import { untilSignalled } from '../../pipeline/runtime/launch/until-signalled.ts';
import { jsonLog } from '../../pipeline/runtime/logger.ts';
import { prometheusMeter } from '../../pipeline/runtime/prometheus-meter.ts';
import { launchNotifiers } from '../../services/notifiers/launch-notifiers.ts';
import { type NotifierSettings, readNotifiers } from '../../services/notifiers/notifier-settings.ts';
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

const notifiersIn = async (path: string): Promise<Readonly<Record<string, NotifierSettings>>> => {
  const text = await textOf(path).catch((error: unknown) => {
    throw new MillraceError('bad_config', `the file of notifiers cannot be read: ${messageOf(error)}`, error);
  });
  return readNotifiers(text, path);
};

const notify = async (file: string, flags: Flags, { env, signals, print }: CommandContext): Promise<void> => {
  const [settings, notifiers] = await bothChecked(
    () => readSettings({ flags, env }, ['kafka', 'registry']),
    () => notifiersIn(file),
  );
  const log = jsonLog(settings.logLevel);
  const services = await openServices({ ...settings, clickhouse: undefined, endpoints: undefined }, log);
  await usingServices(services, async () => {
    const { cluster, wire, clock } = services;
    const health = { host: settings.healthHost, port: settings.healthPort ?? defaultPort };
    const ports = { cluster, wire, clock, log, meter: prometheusMeter(), random: randomShare, readFile: textOf, env };
    const launched = await launchNotifiers(ports, { notifiers, health });
    print(`tells of alerts: ${Object.keys(notifiers).join(', ')}: ${launched.url}/status, /metrics\n`);
    await untilSignalled(launched, { signals, clock, log, graceMs: settings.graceSeconds * 1000 });
  });
};

const settingNames: ReadonlyArray<SettingName> = ['healthHost', 'healthPort', 'graceSeconds', 'logLevel'];

const example = `
Reads model.alerts. The file says by name what each notifier is: webhook, slack or alertmanager; docs/alerts.md has every option. Runs as often
as wanted; SIGTERM and SIGINT drain, a second one ends the process at once.

Examples:
  $ millrace notify notifiers.json --kafka kafka:9092 --registry http://registry:8081
  $ cat notifiers.json
  {"pager": {"kind": "alertmanager", "tenant": "acme", "url": "http://alertmanager:9093"}}`;

/** Adds `millrace notify`: tells people of the quality of models, until a signal ends it. */
export const addNotify = (program: Command, context: CommandContext): void => {
  const command = program
    .command('notify')
    .description('tell of quality alerts: post model.alerts to webhooks, Slack and Alertmanager')
    .argument('<notifiers>', 'path of a JSON file that says what each notifier is');
  addSettings(command, [...settingsOf('kafka', 'registry'), ...settingNames])
    .addHelpText('after', example + exitCodeHelp(false))
    .action((file: string, flags: Flags) => notify(file, flags, context));
};
