import { type Command, Option } from 'commander';
import { MillraceError } from '../../pipeline/core/errors.ts';
import type { Topology } from '../../pipeline/core/graph.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import { planTopics } from '../../pipeline/runtime/topic-plan.ts';
import { bothChecked } from '../cli/both-checked.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp } from '../cli/exit-codes.ts';
import { loadTopology } from '../cli/load-topology.ts';
import { addSettings, settingsOf } from '../cli/setting-options.ts';
import { readSettings, type SettingSources } from '../cli/settings.ts';
import { openKafka } from '../services/open-kafka.ts';
import { createTopics, sharedTopics } from '../services/prepare-topology.ts';

type Flags = SettingSources['flags'] & { readonly create?: boolean; readonly partitions: string; readonly json?: boolean };

interface TopicLine {
  readonly topic: string;
  /** Undefined if there is no such topic. */
  readonly partitions: number | undefined;
  readonly config: Readonly<Record<string, string>>;
}

const countOf = (text: string): number => {
  const count = Number(text);
  if (/^\d{1,4}$/.test(text) && count > 0) return count;
  throw new MillraceError('bad_config', `--partitions is "${text}"; it takes a whole number from 1 to 9999`);
};

const look = async (cluster: Cluster, topology: Topology): Promise<ReadonlyArray<TopicLine>> => {
  const topics = sharedTopics(topology, 1);
  const admin = await cluster.admin();
  const found = await admin.partitions(topics.map(({ topic }) => topic));
  await admin.close();
  return topics.map(({ topic, config = {} }) => ({ topic, partitions: found.get(topic), config }));
};

const lineOf = ({ topic, partitions, config }: TopicLine): string => {
  const settings = Object.entries(config).map(([name, value]) => `${name}=${value}`);
  return [topic.padEnd(32), (partitions === undefined ? 'missing' : `${partitions} partitions`).padEnd(16), settings.join(' ')]
    .join(' ')
    .trimEnd();
};

/** Fails as a start of the topology would. */
const check = (topology: Topology, lines: ReadonlyArray<TopicLine>): void => {
  planTopics(topology, new Map(lines.flatMap(({ topic, partitions }) => (partitions === undefined ? [] : [[topic, partitions] as const]))));
};

const run = async (given: string, flags: Flags, { env, print }: CommandContext): Promise<void> => {
  const [settings, [partitions, topology]] = await bothChecked(
    () => readSettings({ flags, env }, ['kafka']),
    () =>
      bothChecked(
        () => countOf(flags.partitions),
        () => loadTopology(given),
      ),
  );
  const cluster = await openKafka(settings, 'millrace-topics');
  try {
    if (flags.create === true) await createTopics(cluster, topology, partitions);
    const lines = await look(cluster, topology);
    print(flags.json === true ? `${JSON.stringify(lines)}\n` : `${lines.map(lineOf).join('\n')}\n`);
    check(topology, lines);
  } finally {
    await cluster.close();
  }
};

const example = `
Internal topics are created by the topology itself, with the partitions of those that they belong to.

Examples:
  $ millrace topics feedback --kafka localhost:9092
  $ millrace topics feedback --kafka localhost:9092 --create --partitions 8`;

/** Adds `millrace topics`: tells which topics a topology needs and which are there, and creates those that are not. */
export const addTopics = (program: Command, context: CommandContext): void => {
  const command = program
    .command('topics')
    .description('check the topics of a topology, or create them')
    .argument('<topology>', 'name of a shipped topology, or path of a module, with #export if it has several')
    .option('--create', 'create the topics that are missing')
    .addOption(new Option('--partitions <count>', 'of topics that are created').default('8'))
    .option('--json', 'print one JSON array');
  addSettings(command, settingsOf('kafka'))
    .addHelpText('after', example + exitCodeHelp(false))
    .action((given: string, flags: Flags) => run(given, flags, context));
};
