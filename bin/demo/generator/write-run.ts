import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Generated } from './generate.ts';

/** The files of a run: what is sent, how each message must end, and the run's own figures. */
export interface RunFiles {
  readonly messages: string;
  readonly outcomes: string;
  readonly run: string;
}

/** Where the files of a run are within its folder. */
export const runFiles = (directory: string): RunFiles => ({
  messages: path.join(directory, 'messages.jsonl'),
  outcomes: path.join(directory, 'outcomes.jsonl'),
  run: path.join(directory, 'run.json'),
});

const linesAtOnce = 5_000;

const writeLines = (file: string, rows: ReadonlyArray<unknown>): void => {
  writeFileSync(file, '');
  for (let from = 0; from < rows.length; from += linesAtOnce) {
    const lines = rows.slice(from, from + linesAtOnce).map((row) => `${JSON.stringify(row)}\n`);
    writeFileSync(file, lines.join(''), { flag: 'a' });
  }
};

/** Writes a run into a folder, one JSON object a line, before anything of it is sent. The same run gives the same bytes. */
export const writeRun = (generated: Generated, directory: string): RunFiles => {
  const files = runFiles(directory);
  mkdirSync(directory, { recursive: true });
  const { messages, outcomes, ...run } = generated;
  writeLines(files.messages, messages);
  writeLines(files.outcomes, outcomes);
  writeFileSync(files.run, `${JSON.stringify({ ...run, messages: messages.length }, null, 2)}\n`);
  return files;
};
