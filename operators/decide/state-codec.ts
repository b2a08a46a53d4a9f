import { ByteReader, ByteWriter } from '../../pipeline/core/bytes.ts';
import type { OffsetRange } from '../windows/offset-range.ts';
import type { DecideState, Phase, Side, SubjectState, Watch, WindowState } from './state.ts';
import type { Submitters } from './submitters.ts';
import type { Sums } from './sums.ts';

/** Names the layout below; changes with it. */
export const stateLayout = 'decide/2';

const phases: ReadonlyArray<Phase> = [
  'idle',
  'warmup',
  'monitoring',
  'suspect',
  'commanded',
  'cooldown',
  'noData',
  'inconclusive',
  'error',
  'paused',
];

const writer = new ByteWriter();

const putList = <T>(values: ReadonlyArray<T>, put: (value: T) => void): void => {
  writer.integer(values.length);
  for (const value of values) put(value);
};

const putMaybe = <T>(value: T | undefined, put: (value: T) => void): void => {
  writer.integer(value === undefined ? 0 : 1);
  if (value !== undefined) put(value);
};

const putSums = ({ n, sum, sumSq }: Sums): ByteWriter => writer.integer(n).double(sum).double(sumSq);

/** Hashes ascend, so the differences are short. */
const putSubmitters = (submitters: Submitters): void =>
  putList(submitters, (hash) => {
    writer.integer(hash);
  });

const putRange = ({ topic, partition, from, to }: OffsetRange): void => {
  writer.string(topic).integer(partition).integer(from).integer(to);
};

const putSide = (side: Side): void => {
  putSums(side).string(side.arm).integer(side.windows).integer(side.assigned).double(side.from).double(side.until);
  putMaybe(side.submitters, putSubmitters);
  putList(side.inputs, putRange);
};

const putWatch = (watch: Watch): void => {
  putSide(watch.candidate);
  putMaybe(watch.baseline, putSide);
  writer.double(watch.since).integer(watch.looks).integer(watch.lookedAt).integer(watch.unclear).integer(watch.errors);
  putList(watch.recent, (failed) => {
    writer.integer(failed ? 1 : 0);
  });
};

const putSubject = (subject: SubjectState): void => {
  writer.integer(phases.indexOf(subject.phase)).double(subject.quietUntil);
  putMaybe(subject.stable, (arm) => {
    writer.string(arm);
  });
  putMaybe(subject.watch, putWatch);
  putList(subject.ordered, (at) => {
    writer.double(at);
  });
  putList([...subject.episodes], ([arm, count]) => {
    writer.string(arm).integer(count);
  });
  putList([...subject.aliases], ([alias, arm]) => {
    writer.string(alias).string(arm);
  });
};

const putWindow = (window: WindowState): void => {
  putSums(window).string(window.arm).double(window.start).double(window.end).integer(window.revision).integer(window.assigned);
  putMaybe(window.submitters, putSubmitters);
  putList(window.inputs, putRange);
};

/** Writes an entry of the operator's store. */
export const encodeState = (state: DecideState): Buffer => {
  writer.integer(state.kind === 'subject' ? 0 : 1);
  if (state.kind === 'subject') putSubject(state);
  else putWindow(state);
  return writer.take();
};

const list = <T>(from: ByteReader, read: (from: ByteReader) => T): ReadonlyArray<T> =>
  Array.from({ length: from.integer() }, () => read(from));

const maybe = <T>(from: ByteReader, read: (from: ByteReader) => T): T | undefined => (from.integer() === 0 ? undefined : read(from));

const text = (from: ByteReader): string => from.string();
const number = (from: ByteReader): number => from.integer();
const time = (from: ByteReader): number => from.double();

const sums = (from: ByteReader): Sums => ({ n: from.integer(), sum: from.double(), sumSq: from.double() });

const submitters = (from: ByteReader): Submitters => list(from, number);

const range = (from: ByteReader): OffsetRange => ({
  topic: from.string(),
  partition: from.integer(),
  from: from.integer(),
  to: from.integer(),
});

const side = (from: ByteReader): Side => ({
  ...sums(from),
  arm: from.string(),
  windows: from.integer(),
  assigned: from.integer(),
  from: from.double(),
  until: from.double(),
  submitters: maybe(from, submitters),
  inputs: list(from, range),
});

const watch = (from: ByteReader): Watch => ({
  candidate: side(from),
  baseline: maybe(from, side),
  since: from.double(),
  looks: from.integer(),
  lookedAt: from.integer(),
  unclear: from.integer(),
  errors: from.integer(),
  recent: list(from, (each) => each.integer() === 1),
});

const episode = (from: ByteReader): readonly [string, number] => [from.string(), from.integer()];

const pointer = (from: ByteReader): readonly [string, string] => [from.string(), from.string()];

const subject = (from: ByteReader): SubjectState => ({
  kind: 'subject',
  phase: phases[from.integer()] ?? 'idle',
  quietUntil: from.double(),
  stable: maybe(from, text),
  watch: maybe(from, watch),
  ordered: list(from, time),
  episodes: new Map(list(from, episode)),
  aliases: new Map(list(from, pointer)),
});

const window = (from: ByteReader): WindowState => ({
  kind: 'window',
  ...sums(from),
  arm: from.string(),
  start: from.double(),
  end: from.double(),
  revision: from.integer(),
  assigned: from.integer(),
  submitters: maybe(from, submitters),
  inputs: list(from, range),
});

/** Reads what `encodeState` wrote. */
export const decodeState = (bytes: Buffer): DecideState => {
  const from = new ByteReader(bytes);
  return from.integer() === 0 ? subject(from) : window(from);
};
