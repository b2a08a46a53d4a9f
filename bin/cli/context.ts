import type { SignalSource } from '../../pipeline/runtime/launch/until-signalled.ts';

/** What a command has of the world around it: Node's `process`, or a stand-in. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signals: SignalSource;
  /** Writes to standard output; `isTerminal` says whether a person sees it as it comes. */
  readonly print: (text: string) => void;
  readonly isTerminal: boolean;
  /** Sets the exit code of the process. */
  readonly exitWith: (code: number) => void;
}
