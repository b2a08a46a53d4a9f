import type { Command } from 'commander';
import { launchNotifiers } from '../../services/notifiers/launch-notifiers.ts';
import { type NotifierSettings, readNotifiers } from '../../services/notifiers/notifier-settings.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp } from '../cli/exit-codes.ts';
import { addSettings, settingsOf } from '../cli/setting-options.ts';
import type { SettingSources } from '../cli/settings.ts';
import { type NamedDeliveries, namedDeliverySettings, runNamedDeliveries } from '../services/run-named-deliveries.ts';

const notifiers: NamedDeliveries<NotifierSettings> = {
  what: 'notifiers',
  does: 'tells of alerts',
  read: readNotifiers,
  launch: (services, named, health) => launchNotifiers(services, { notifiers: named, health }),
};

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
  addSettings(command, [...settingsOf('kafka', 'registry'), ...namedDeliverySettings])
    .addHelpText('after', example + exitCodeHelp(false))
    .action((file: string, flags: SettingSources['flags']) => runNamedDeliveries({ file, flags }, notifiers, context));
};
