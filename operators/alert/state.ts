import type { Coordinates } from '../../pipeline/core/chunk.ts';
import { ByteReader, ByteWriter } from '../../pipeline/core/bytes.ts';
import type { Level, Severity } from './severity.ts';

/** A window of a signal. Times in ms. */
export interface WindowLevel {
  readonly start: number;
  readonly level: Level;
}

/** What is remembered of a signal of a subject. Times in ms of stream time. */
export interface SignalState {
  readonly labels: ReadonlyArray<string>;
  readonly signal: string;
  readonly severity: Severity;
  /** Since when it is so. */
  readonly since: number;
  /** What was told last, and when; -Infinity before anything was. */
  readonly told: Severity;
  readonly toldAt: number;
  /** Counts what was told, from 1. */
  readonly sequence: number;
  /** The last windows, in the order of their starts. */
  readonly windows: ReadonlyArray<WindowLevel>;
  /** When there was data last. */
  readonly seenAt: number;
  readonly value: number;
  readonly n: number;
  readonly start: number;
  readonly last: Coordinates;
  /** When it was looked at last, by which it is known when it is due. */
  readonly lookedAt: number;
}

/** Names the layout below; changes with it. */
export const stateLayout = 'alert/1';

const severities: ReadonlyArray<Severity> = ['ok', 'warning', 'alert', 'no-data'];
const levels: ReadonlyArray<Level> = ['ok', 'warning', 'alert'];

const writer = new ByteWriter();

/** Writes a state. */
export const encodeState = (state: SignalState): Buffer => {
  const { labels, windows, last } = state;
  writer.integer(labels.length);
  for (const label of labels) writer.string(label);
  writer.string(state.signal).integer(severities.indexOf(state.severity)).double(state.since);
  writer.integer(severities.indexOf(state.told)).double(state.toldAt).integer(state.sequence).integer(windows.length);
  for (const { start, level } of windows) writer.double(start).integer(levels.indexOf(level));
  writer.double(state.lookedAt).double(state.seenAt).double(state.value).integer(state.n).double(state.start);
  return writer.string(last.topic).integer(last.partition).integer(last.offset).take();
};

const listOf = <T>(from: ByteReader, read: () => T): ReadonlyArray<T> => Array.from({ length: from.integer() }, read);

/** Reads a state. */
export const decodeState = (bytes: Buffer): SignalState => {
  const from = new ByteReader(bytes);
  return {
    labels: listOf(from, () => from.string()),
    signal: from.string(),
    severity: severities[from.integer()] ?? 'ok',
    since: from.double(),
    told: severities[from.integer()] ?? 'ok',
    toldAt: from.double(),
    sequence: from.integer(),
    windows: listOf(from, () => ({ start: from.double(), level: levels[from.integer()] ?? 'ok' })),
    lookedAt: from.double(),
    seenAt: from.double(),
    value: from.double(),
    n: from.integer(),
    start: from.double(),
    last: { topic: from.string(), partition: from.integer(), offset: from.integer() },
  };
};
