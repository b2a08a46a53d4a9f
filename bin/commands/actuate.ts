import type { Command } from 'commander';
import { launchActuators } from '../../services/actuators/launch-actuators.ts';
import { type ActuatorSettings, readActuators } from '../../services/actuators/actuator-settings.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp } from '../cli/exit-codes.ts';
import { addSettings, settingsOf } from '../cli/setting-options.ts';
import type { SettingSources } from '../cli/settings.ts';
import { type NamedDeliveries, namedDeliverySettings, runNamedDeliveries } from '../services/run-named-deliveries.ts';

const actuators: NamedDeliveries<ActuatorSettings> = {
  what: 'actuators',
  does: 'carries out commands',
  read: readActuators,
  launch: (services, named, health) => launchActuators(services, { actuators: named, health }),
};

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
  addSettings(command, [...settingsOf('kafka', 'registry'), ...namedDeliverySettings])
    .addHelpText('after', example + exitCodeHelp(false))
    .action((file: string, flags: SettingSources['flags']) => runNamedDeliveries({ file, flags }, actuators, context));
};
