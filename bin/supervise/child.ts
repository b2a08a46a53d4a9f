import { constants } from 'node:os';

/** How a process ended: by itself with a code, or by a signal. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that another one watches. */
export interface Child {
  /** Undefined if it could not be started. */
  readonly pid: number | undefined;
  readonly ended: Promise<ChildEnd>;
  /** Asks it to drain; asked a second time, it ends at once. */
  ask(): void;
  /** Ends it without asking. */
  kill(): void;
}

/** The exit code as a shell writes it: 128 + n after signal n. */
export const exitCodeOf = ({ code, signal }: ChildEnd): number => code ?? (signal === null ? 1 : 128 + constants.signals[signal]);
