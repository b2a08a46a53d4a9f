import { type Command, Option } from 'commander';
import { MillraceError } from '../../pipeline/core/errors.ts';
import type { PartitionRange } from '../../pipeline/runtime/replay/replay-range.ts';
import type { Selection } from '../../pipeline/runtime/redrive/selection.ts';
import { each, type Read, timeOf } from '../cli/replay-request.ts';

/** What the flags of a redrive say, as they were typed. */
export interface RedriveFlags {
  readonly rule?: ReadonlyArray<string>;
  readonly node?: ReadonlyArray<string>;
  readonly topic?: ReadonlyArray<string>;
  readonly partition?: ReadonlyArray<string>;
  readonly range?: ReadonlyArray<string>;
  readonly from?: string;
  readonly to?: string;
  readonly attempts?: string;
  readonly limit?: string;
  readonly show?: string;
}

/** Which letters are meant, and how they are handled. */
export interface RedriveRequest {
  readonly selection: Selection;
  readonly mostAttempts: number;
  /** Letters that a list has at most. */
  readonly limit: number;
  /** The one that is shown, by its partition and offset in the dead letter. */
  readonly show: PartitionRange | undefined;
}

/** Unless told otherwise. */
const mostAttempts = 3;
const mostListed = 50;

const numberIn = (text: string): number | undefined => (/^\d+$/.test(text) ? Number(text) : undefined);

const rangeIn = (topic: string, text: string): PartitionRange | undefined => {
  const [, partition, from, to] = /^(\d+):(\d+)-(\d+)$/.exec(text) ?? [];
  return partition === undefined ? undefined : { topic, partition: Number(partition), from: Number(from), to: Number(to) };
};

const placeIn = (topic: string, text: string): PartitionRange | undefined => {
  const [, partition, offset] = /^(\d+):(\d+)$/.exec(text) ?? [];
  return partition === undefined ? undefined : { topic, partition: Number(partition), from: Number(offset), to: Number(offset) + 1 };
};

const whole = 'a whole number, 0 or more';

/** Reads a flag that may be given once. */
const once = <T>(
  flag: string,
  takes: string,
  of: { readonly text: string | undefined; readonly read: (text: string) => T | undefined },
): Read<T | undefined> => {
  const { value, mistakes } = each(flag, takes, { texts: of.text === undefined ? [] : [of.text], read: of.read });
  return { value: value[0], mistakes };
};

const all = <T>(
  flag: string,
  takes: string,
  of: { readonly texts: ReadonlyArray<string> | undefined; readonly read: (text: string) => T | undefined },
): Read<ReadonlyArray<T>> => each(flag, takes, { texts: of.texts ?? [], read: of.read });

/**
 * Reads which letters of a dead letter are meant.
 *
 * @throws MillraceError `bad_config` with every mistake.
 */
export const redriveRequest = (flags: RedriveFlags, deadLetter: string): RedriveRequest => {
  const from = timeOf('--from', flags.from);
  const to = timeOf('--to', flags.to);
  const partitions = all('--partition', whole, { texts: flags.partition, read: numberIn });
  const attempts = once('--attempts', whole, { text: flags.attempts, read: numberIn });
  const limit = once('--limit', whole, { text: flags.limit, read: numberIn });
  const show = once('--show', 'PARTITION:OFFSET of the dead letter', { text: flags.show, read: (text) => placeIn(deadLetter, text) });
  const ranges = all('--range', 'PARTITION:FROM-TO, offsets of the dead letter, the last one not included', {
    texts: flags.range,
    read: (text) => rangeIn(deadLetter, text),
  });
  const mistakes = [from, to, partitions, attempts, limit, ranges, show].flatMap((read) => read.mistakes);
  if (mistakes.length > 0) throw new MillraceError('bad_config', mistakes.join('\n'));
  const { rule: rules = [], node: nodes = [], topic: topics = [] } = flags;
  const range = { from: from.value, to: to.value, offsets: ranges.value };
  const selection = { range, rules, nodes, topics, partitions: partitions.value };
  return { selection, mostAttempts: attempts.value ?? mostAttempts, limit: limit.value ?? mostListed, show: show.value };
};

const more = (text: string, earlier: ReadonlyArray<string>): ReadonlyArray<string> => [...earlier, text];
const repeatable = (flags: string, help: string): Option => new Option(flags, `${help}; repeatable`).argParser(more).default([], 'all');

/** Adds the options that say which letters are meant. */
export const addSelectionOptions = (command: Command): Command =>
  command
    .addOption(repeatable('--rule <code>', 'those refused under this rule'))
    .addOption(repeatable('--node <name>', 'those refused by this node'))
    .addOption(repeatable('--topic <name>', 'those that were read from this topic'))
    .addOption(repeatable('--partition <number>', 'those that were read from this partition of it'))
    .addOption(repeatable('--range <stretch>', 'those at these offsets of the dead letter, PARTITION:FROM-TO'))
    .option('--from <time>', 'those refused at this time or later')
    .option('--to <time>', 'those refused before this time');
