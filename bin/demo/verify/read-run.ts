import { readFileSync } from 'node:fs';
import type { Message, Outcome } from '../generator/message.ts';
import type { RunFiles } from '../generator/write-run.ts';

/** What the brute force stands on: the files that the generator wrote, and nothing else. */
export interface Run {
  /** In the order of sending. */
  readonly messages: ReadonlyArray<Message>;
  /** The fate of each message, in the same order. */
  readonly outcomes: ReadonlyArray<Outcome>;
}

const has = (value: unknown, field: string): boolean => typeof value === 'object' && value !== null && field in value;

const isMessage = (value: unknown): value is Message => has(value, 'arrived_at') && has(value, 'value');

const isOutcome = (value: unknown): value is Outcome => has(value, 'ended');

const readLines = <T>(file: string, is: (value: unknown) => value is T): ReadonlyArray<T> => {
  const rows: T[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    const row: unknown = JSON.parse(line);
    if (!is(row)) throw new TypeError(`${file}: line ${rows.length + 1} is not of the generator`);
    rows.push(row);
  }
  return rows;
};

/** Reads back the files of a run. */
export const readRun = (files: Pick<RunFiles, 'messages' | 'outcomes'>): Run => ({
  messages: readLines(files.messages, isMessage),
  outcomes: readLines(files.outcomes, isOutcome),
});
