import type { SignalSource } from '../../pipeline/runtime/launch/until-signalled.ts';

/** What a command has of the world around it: Node's `process`, or a stand-in. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signals: SignalSource;
  /** Writes to standard output; `isTerminal` says whether a person sees it as it comes. */
  readonly print: (text: string) => void;
  /** Writes to standard error. */
  readonly complain: (text: string) => void;
  readonly isTerminal: boolean;
  /** How this program was started, for those that start it again: its script, and options of Node. */
  readonly program: { readonly script: string; readonly nodeOptions: ReadonlyArray<string> };
  /** Sets the exit code of the process. */
  readonly exitWith: (code: number) => void;
}
