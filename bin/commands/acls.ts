import { type Command, Option } from 'commander';
import { type AccessRule, accessRules } from '../acls/access-rules.ts';
import { aclCommands } from '../acls/acl-commands.ts';
import { ingestRules } from '../acls/ingest-rules.ts';
import { redriveRules } from '../acls/redrive-rules.ts';
import { bothChecked } from '../cli/both-checked.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp } from '../cli/exit-codes.ts';
import { loadTopology } from '../cli/load-topology.ts';
import { addSettings } from '../cli/setting-options.ts';
import { readSettings, type SettingSources } from '../cli/settings.ts';

type Flags = SettingSources['flags'] & {
  readonly principal?: string;
  readonly commandConfig: string;
  readonly json?: boolean;
  readonly redrive?: boolean;
};

/** What rules are for: the name of the principal unless another is given, and the rules. */
interface Asked {
  readonly name: string;
  readonly rules: ReadonlyArray<AccessRule>;
}

/** The word that stands for the ingestion API, in place of a topology. */
const api = 'ingest';

const rulesFor = async (given: string, group: string | undefined, isRedrive: boolean): Promise<Asked> => {
  if (given === api) return { name: api, rules: ingestRules };
  const topology = await loadTopology(given);
  return { name: topology.name, rules: isRedrive ? redriveRules(topology) : accessRules(topology, group ?? topology.name) };
};

const run = async (given: string, flags: Flags, { env, print }: CommandContext): Promise<void> => {
  const [{ kafka }, { name, rules }] = await bothChecked(
    () => readSettings({ flags, env }),
    () => rulesFor(given, flags.group ?? env.MILLRACE_GROUP, flags.redrive === true),
  );
  const { principal = `User:${name}`, commandConfig } = flags;
  const target = { principal, bootstrap: kafka ?? 'localhost:9092', commandConfig };
  print(flags.json === true ? `${JSON.stringify({ principal, rules })}\n` : `${aclCommands(rules, target).join('\n')}\n`);
};

const example = `
Prints and changes nothing. These are the rules that a process of millrace run needs on a cluster that denies what no rule allows; all its
processes share them. --json tells what each is for.

Examples:
  $ millrace acls feedback --kafka kafka:9093 --principal User:feedback --command-config admin.properties
  $ millrace acls feedback --redrive --principal User:operator
  $ millrace acls ingest --kafka kafka:9093
  $ millrace acls ./clicks.js --json`;

/** Adds `millrace acls`: tells which access rules a topology needs of Kafka. */
export const addAcls = (program: Command, context: CommandContext): void => {
  const command = program
    .command('acls')
    .description('print the access rules that a topology or the ingestion API needs of Kafka')
    .argument('<topology>', 'name of a shipped topology, or path of a module, with #export if it has several; ingest for the ingestion API')
    .addOption(new Option('--principal <name>', 'for whom, as Kafka calls them (default: User:<topology>)'))
    .addOption(
      new Option('--command-config <path>', 'client properties of somebody who may make rules, for the commands').default(
        'admin.properties',
      ),
    )
    .option('--redrive', 'for whoever redrives its dead letters, in place of its processes')
    .option('--json', 'print one JSON object');
  addSettings(command, ['kafka', 'group'])
    .addHelpText('after', example + exitCodeHelp(false))
    .action((given: string, flags: Flags) => run(given, flags, context));
};
