import type { SignalSource } from '../../pipeline/runtime/launch/until-signalled.ts';

/** Whether a person has asked for the end. */
export interface Ending {
  readonly signal: AbortSignal;
  /** Stops listening. */
  readonly over: () => void;
}

/** Listens to SIGINT and SIGTERM: the first asks for an end in order, a second one ends the process at once (exit code 130 or 143). */
export const endingOn = (signals: SignalSource): Ending => {
  const ending = new AbortController();
  const asked = (code: number) => (): void => {
    if (ending.signal.aborted) signals.exit(code);
    ending.abort();
  };
  const [interrupted, terminated] = [asked(130), asked(143)];
  signals.on('SIGINT', interrupted);
  signals.on('SIGTERM', terminated);
  return {
    signal: ending.signal,
    over: () => {
      signals.off('SIGINT', interrupted);
      signals.off('SIGTERM', terminated);
    },
  };
};
