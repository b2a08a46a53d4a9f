import type { Log } from '../../pipeline/core/ports/log.ts';

/** Where the lines of the processes go. */
export interface LineRelay {
  readonly print: (text: string) => void;
  /** Writes a line of the structured log as it is. */
  readonly writeLog: (line: string) => void;
  readonly log: Log;
}

/** What hears the lines of one process. */
export interface LineListener {
  readonly onOutput: (line: string) => void;
  readonly onError: (line: string) => void;
}

const isStructured = (line: string): boolean => line.startsWith('{"') && line.endsWith('}');

/** Passes on what a process prints, with its slot: as a prefix of what is for people, as a field of what is structured. What is neither is wrapped. */
export const relayLines = (slot: string, { print, writeLog, log }: LineRelay): LineListener => ({
  onOutput: (line) => print(`${slot}: ${line}\n`),
  onError: (line) => {
    if (isStructured(line)) writeLog(`{"slot":${JSON.stringify(slot)},${line.slice(1)}\n`);
    else if (line.trim() !== '') log.error({ slot }, line);
  },
});
