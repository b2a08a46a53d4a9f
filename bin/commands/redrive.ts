import type { Command } from 'commander';
import { MillraceError } from '../../pipeline/core/errors.ts';
import { type Topology } from '../../pipeline/core/graph.ts';
import { internalTopic } from '../../pipeline/core/internal-topics.ts';
import { noLog } from '../../pipeline/core/ports/log.ts';
import type { Redriven } from '../../pipeline/runtime/redrive/redrive.ts';
import { bothChecked } from '../cli/both-checked.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp, exitCodes, redriveExitCodes } from '../cli/exit-codes.ts';
import { loadTopology } from '../cli/load-topology.ts';
import { addSettings, settingsOf } from '../cli/setting-options.ts';
import { readSettings, type SettingSources } from '../cli/settings.ts';
import { listLetters, showLetter } from '../redrive/browse.ts';
import { addSelectionOptions, type RedriveFlags, type RedriveRequest, redriveRequest } from '../redrive/redrive-request.ts';
import { listText, openedText, redrivenText } from '../redrive/redrive-text.ts';
import { watchedRedrive } from '../redrive/watched-redrive.ts';
import { openServices } from '../services/open-services.ts';
import type { Services } from '../services/services.ts';
import { usingServices } from '../services/using-services.ts';

type Flags = SettingSources['flags'] &
  RedriveFlags & { readonly delivery?: string; readonly list?: boolean; readonly dryRun?: boolean; readonly json?: boolean };

/** Where the letters lie: the topology's own dead letter, or that of a delivery. */
const deadLetterOf = ({ name, nodes, deadLetter }: Topology, delivery: string | undefined): string => {
  if (delivery === undefined) return deadLetter.name;
  const endpoints = nodes.filter((node) => node.kind === 'sink' && node.sink.kind === 'endpoint').map((node) => node.name);
  if (endpoints.includes(delivery)) return internalTopic(name, delivery, 'dead-letter');
  throw new MillraceError(
    'bad_config',
    `--delivery is "${delivery}"; it takes a sink that ends in an endpoint: ${endpoints.join(', ') || 'there is none'}`,
  );
};

const codeOf = ({ left, isComplete }: Redriven): number => {
  if (!isComplete) return exitCodes.failed;
  return Object.keys(left).every((reason) => reason === 'redriven') ? exitCodes.done : exitCodes.lettersLeft;
};

interface Order {
  readonly topology: Topology;
  readonly services: Services;
  readonly deadLetter: string;
  readonly request: RedriveRequest;
  readonly flags: Flags;
}

/** Returns what is printed, as text and as data, and the exit code. */
const done = async (order: Order, context: CommandContext): Promise<{ text: string; data: unknown; code: number }> => {
  const { topology, services, deadLetter, request, flags } = order;
  if (request.show !== undefined) {
    const letter = await showLetter(order, request.show);
    return { text: openedText(letter), data: letter, code: exitCodes.done };
  }
  if (flags.list === true) {
    const list = await listLetters(order, request);
    return { text: listText(list.letters, list.meant), data: list, code: exitCodes.done };
  }
  const isDry = flags.dryRun === true;
  const options = { deadLetter, selection: request.selection, mostAttempts: request.mostAttempts, isDry };
  const redriven = await watchedRedrive({ topology, services }, options, { context, isJson: flags.json === true });
  return { text: redrivenText(redriven, isDry), data: { ...redriven, isDry }, code: codeOf(redriven) };
};

const json = (data: unknown): string => `${JSON.stringify(data, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part))}\n`;

const run = async (given: string, flags: Flags, context: CommandContext): Promise<void> => {
  const { env, print, exitWith } = context;
  const [settings, topology] = await bothChecked(
    () => readSettings({ flags, env }, ['kafka', 'registry']),
    () => loadTopology(given),
  );
  const deadLetter = deadLetterOf(topology, flags.delivery);
  const request = redriveRequest(flags, deadLetter);
  const services = await openServices({ ...settings, clickhouse: undefined }, noLog);
  await usingServices(services, async () => {
    const { text, data, code } = await done({ topology, services, deadLetter, request, flags }, context);
    print(flags.json === true ? json(data) : text);
    exitWith(code);
  });
};

const example = `
Each letter is sent to where its record was read, to be led to the node that refused it: other branches do not get it again. Redriven twice, it is
applied once. Correct the cause and start the new version first; what is refused again is a new letter with one more attempt.

Examples:
  $ millrace redrive feedback --kafka kafka:9092 --registry http://registry:8081 --list --rule bad_time
  $ millrace redrive feedback --kafka kafka:9092 --registry http://registry:8081 --show 0:1742
  $ millrace redrive feedback --kafka kafka:9092 --registry http://registry:8081 --node verify --from 2026-03-01T00:00:00Z --dry-run`;

/** Adds `millrace redrive`: looks into a dead letter, and sends what lies there back. */
export const addRedrive = (program: Command, context: CommandContext): void => {
  const command = program
    .command('redrive')
    .description('send dead letters back to the nodes that refused them, or look into them')
    .argument('<topology>', 'name of a shipped topology, or path of a module, with #export if it has several')
    .option('--list', 'print the letters that are meant, and write nothing')
    .option('--show <place>', 'print one letter with its headers and its value, PARTITION:OFFSET of the dead letter')
    .option('--dry-run', 'say what would be redriven, and write nothing')
    .option('--delivery <node>', 'take the dead letter of this delivery (default: that of the topology)')
    .option('--attempts <number>', 'leave records that were refused so often (default: 3)')
    .option('--limit <number>', 'letters that --list prints at most (default: 50)')
    .option('--json', 'print one JSON object');
  addSelectionOptions(command);
  addSettings(command, settingsOf('kafka', 'registry'))
    .addHelpText('after', example + exitCodeHelp(false, redriveExitCodes))
    .action((given: string, flags: Flags) => run(given, flags, context));
};
