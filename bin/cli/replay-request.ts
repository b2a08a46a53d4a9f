import { MillraceError } from '../../pipeline/core/errors.ts';
import type { IdentityChoice } from '../../pipeline/runtime/replay/identity.ts';
import type { PartitionRange, RangeRequest } from '../../pipeline/runtime/replay/replay-range.ts';

/** What the flags of a replay say, as they were typed. */
export interface ReplayFlags {
  readonly id?: string;
  readonly from?: string;
  readonly to?: string;
  readonly range?: ReadonlyArray<string>;
  readonly key?: ReadonlyArray<string>;
  readonly ignore?: ReadonlyArray<string>;
}

/** What is to be replayed, and how it is compared. */
export interface ReplayRequest {
  readonly id: string;
  readonly range: RangeRequest;
  readonly choice: IdentityChoice;
}

/** What was read of a flag. */
export interface Read<T> {
  readonly value: T;
  readonly mistakes: ReadonlyArray<string>;
}

/** Reads a time, as ISO 8601 or in ms since the epoch. */
export const timeOf = (flag: string, text: string | undefined): Read<number | undefined> => {
  if (text === undefined) return { value: undefined, mistakes: [] };
  const time = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isFinite(time)) return { value: time, mistakes: [] };
  return { value: undefined, mistakes: [`${flag} is "${text}"; it takes a time as 2026-03-01T09:00:00Z, or ms since the epoch`] };
};

const rangeIn = (text: string): PartitionRange | undefined => {
  const [, topic, partition, from, to] = /^([\w.-]+):(\d+):(\d+)-(\d+)$/.exec(text) ?? [];
  return topic === undefined ? undefined : { topic, partition: Number(partition), from: Number(from), to: Number(to) };
};

const keyIn = (text: string): readonly [topic: string, paths: ReadonlyArray<string>] | undefined => {
  const [, topic, paths] = /^([\w.-]+)=([\w.]+(?:,[\w.]+)*)$/.exec(text) ?? [];
  return topic === undefined || paths === undefined ? undefined : [topic, paths.split(',')];
};

/** Reads each text of a flag. */
export const each = <T>(
  flag: string,
  takes: string,
  given: { readonly texts: ReadonlyArray<string>; readonly read: (text: string) => T | undefined },
): Read<ReadonlyArray<T>> => {
  const read = given.texts.map((text) => [text, given.read(text)] as const);
  return {
    value: read.flatMap(([, value]) => (value === undefined ? [] : [value])),
    mistakes: read.flatMap(([text, value]) => (value === undefined ? [`${flag} is "${text}"; it takes ${takes}`] : [])),
  };
};

const idOf = (given: string | undefined, now: number): Read<string> => {
  const id = given ?? new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  if (/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/.test(id)) return { value: id, mistakes: [] };
  return { value: id, mistakes: [`--id is "${id}"; it takes up to 40 small letters, digits and dashes`] };
};

/**
 * Reads what is to be replayed. Without an id it is named after `now`, ms since the epoch.
 *
 * @throws MillraceError `bad_config` with every mistake.
 */
export const replayRequest = (flags: ReplayFlags, now: number): ReplayRequest => {
  const id = idOf(flags.id, now);
  const from = timeOf('--from', flags.from);
  const to = timeOf('--to', flags.to);
  const offsets = each('--range', 'TOPIC:PARTITION:FROM-TO, offsets, the last one not included', {
    texts: flags.range ?? [],
    read: rangeIn,
  });
  const keys = each('--key', 'TOPIC=PATH,PATH', { texts: flags.key ?? [], read: keyIn });
  const mistakes = [id, from, to, offsets, keys].flatMap((read) => read.mistakes);
  if (mistakes.length > 0) throw new MillraceError('bad_config', mistakes.join('\n'));
  return {
    id: id.value,
    range: { from: from.value, to: to.value, offsets: offsets.value },
    choice: { keys: Object.fromEntries(keys.value), ignore: flags.ignore ?? [] },
  };
};
