import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { noLog } from '../../pipeline/core/ports/log.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp } from '../cli/exit-codes.ts';
import { addSettings, settingsOf } from '../cli/setting-options.ts';
import { readSettings, type SettingSources } from '../cli/settings.ts';
import { explainText } from '../explain/explain-text.ts';
import { readEpisode } from '../explain/read-episode.ts';
import { retrace } from '../explain/retrace.ts';
import { svg } from '../explain/svg.ts';
import { openServices } from '../services/open-services.ts';
import { usingServices } from '../services/using-services.ts';

type Flags = SettingSources['flags'] & { readonly svg?: string; readonly json?: true };

const run = async (id: string, flags: Flags, { env, print, complain }: CommandContext): Promise<void> => {
  const settings = readSettings({ flags, env }, ['kafka', 'registry']);
  const services = await openServices({ ...settings, clickhouse: undefined }, noLog);
  await usingServices(services, async () => {
    const { command, rows } = await readEpisode(services, id, (what) => complain(`${what} …\n`));
    const retraced = retrace(command, rows);
    if (flags.svg !== undefined) {
      const title = `${command.model_name}: ${command.from_version} against ${command.to_version ?? 'nothing'}, ${command.evidence.metric}`;
      writeFileSync(flags.svg, svg(retraced.looks, { title, threshold: command.evidence.threshold }));
    }
    print(flags.json === true ? `${JSON.stringify({ command, ...retraced })}\n` : explainText(command, retraced));
  });
};

const example = `
It reads the topics model.commands and model.quality, and judges every look again from the rows. The interval at each look is drawn in the terminal.

Examples:
  $ millrace explain b65f9892-e19c-5f19-9fd6-7c7eb98308e8 --kafka kafka:9092 --registry http://registry:8081
  $ millrace explain b65f9892-e19c-5f19-9fd6-7c7eb98308e8 --kafka kafka:9092 --registry http://registry:8081 --svg looks.svg`;

/** Adds `millrace explain`: how a command of the feedback topology came about. */
export const addExplain = (program: Command, context: CommandContext): void => {
  const command = program
    .command('explain')
    .description('tell how a rollback came about: the looks, the interval over time, the windows and the feedback behind it')
    .argument('<command-id>', 'the id of a command in model.commands')
    .option('--svg <file>', 'write the interval over time as an SVG picture')
    .option('--json', 'print one JSON object');
  addSettings(command, settingsOf('kafka', 'registry'))
    .addHelpText('after', example + exitCodeHelp(false))
    .action((id: string, flags: Flags) => run(id, flags, context));
};
