import { MillraceError } from '../../pipeline/core/errors.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';
import { readRecords } from '../../pipeline/runtime/replay/read-records.ts';
import { modelCommand, type ModelCommand } from '../../schemas/generated/model-command.ts';
import { windowAggregate, type WindowAggregate } from '../../schemas/generated/window-aggregate.ts';
import { topics } from '../../topologies/feedback/topics.ts';
import type { Services } from '../services/services.ts';

type Ports = Pick<Services, 'cluster' | 'wire'>;

/** What is read of a topic: its type, and which values are kept. */
interface Wanted<T> {
  readonly topic: string;
  readonly type: RecordType<T>;
  readonly keep: (value: T) => boolean;
}

/** The values that are kept of all that is committed in a topic, those of one partition in their order. */
const valuesOf = async <T>({ cluster, wire }: Ports, { topic, type, keep }: Wanted<T>): Promise<ReadonlyArray<T>> => {
  const decoder = wire.decoder(type);
  const kept: T[] = [];
  await readRecords(cluster, topic, async (records) => {
    for (const { value } of records) {
      if (value === null) continue;
      const unknown = decoder.unknownId(value);
      if (unknown !== undefined) await decoder.learn(unknown);
      const decoded = decoder.decode(value);
      if (keep(decoded)) kept.push(decoded);
    }
  });
  return kept;
};

/** A command, and the rows of quality of its model and metric. */
export interface Episode {
  readonly command: ModelCommand;
  readonly rows: ReadonlyArray<WindowAggregate>;
}

/**
 * Reads a command by its id, and all rows of quality that it may stand on. Reads both topics whole.
 *
 * @throws MillraceError `bad_config` if there is no such command.
 */
export const readEpisode = async (ports: Ports, id: string, progress: (what: string) => void): Promise<Episode> => {
  progress(`reading ${topics.modelCommands.name}`);
  const commands = await valuesOf(ports, {
    topic: topics.modelCommands.name,
    type: modelCommand,
    keep: ({ command_id }) => command_id === id,
  });
  const [command] = commands;
  if (command === undefined) throw new MillraceError('bad_config', `no command in ${topics.modelCommands.name} has the id "${id}"`);
  const { tenant, model_name, evidence } = command;
  progress(`reading ${topics.modelQuality.name}`);
  const keep = (row: WindowAggregate): boolean => row.tenant === tenant && row.model_name === model_name && row.metric === evidence.metric;
  return { command, rows: await valuesOf(ports, { topic: topics.modelQuality.name, type: windowAggregate, keep }) };
};
