import type { SignalSource } from '../../pipeline/runtime/launch/until-signalled.ts';

/** Ends the process at once on SIGINT (exit code 130) and SIGTERM (143), by an orderly exit, until the function that is returned is called. */
export const exitOnSignal = (signals: SignalSource): (() => void) => {
  const interrupted = (): void => void signals.exit(130);
  const terminated = (): void => void signals.exit(143);
  signals.on('SIGINT', interrupted);
  signals.on('SIGTERM', terminated);
  return () => {
    signals.off('SIGINT', interrupted);
    signals.off('SIGTERM', terminated);
  };
};
