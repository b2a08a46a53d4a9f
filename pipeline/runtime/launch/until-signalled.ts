import { MillraceError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Launched } from './launch.ts';

/** The signals by which a process is asked to end. */
type EndSignal = 'SIGTERM' | 'SIGINT';

/** Where signals come from, and how to leave at once: Node's `process`, or a stand-in. */
export interface SignalSource {
  on(signal: EndSignal, listener: () => void): unknown;
  off(signal: EndSignal, listener: () => void): unknown;
  exit(code: number): unknown;
}

/** What waiting for a signal needs. */
export interface SignalOptions {
  readonly signals: SignalSource;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a drain may take, in ms. */
  readonly graceMs: number;
}

const numbers = { SIGINT: 2, SIGTERM: 15 } as const;

/** How shells report a program that a signal has ended. */
const signalExit = 128;

/**
 * Waits until a process has ended, by itself or by SIGTERM or SIGINT: the first signal drains it, a second one leaves at once (exit code
 * 128 + its number), which costs a replay of what was not committed and loses nothing.
 *
 * @throws MillraceError the one that ended the process; `shutdown_timeout` if a drain takes longer than the grace period.
 */
export const untilSignalled = async (launched: Pick<Launched, 'ended' | 'stop'>, options: SignalOptions): Promise<void> => {
  const { signals, clock, log, graceMs } = options;
  const drained = new AbortController();
  let late: (error: MillraceError) => void = () => undefined;
  const tooLate = new Promise<never>((_, reject) => (late = reject));
  let isStopping = false;
  const listener = (signal: EndSignal) => (): void => {
    if (isStopping) {
      signals.exit(signalExit + numbers[signal]);
      return;
    }
    isStopping = true;
    log.info({ signal, graceMs }, 'Draining; a second signal ends the process at once.');
    void launched.stop();
    void clock.sleep(graceMs, drained.signal).then(() => {
      if (!drained.signal.aborted) late(new MillraceError('shutdown_timeout', `the process had not drained after ${graceMs} ms`));
    });
  };
  const listeners = { SIGTERM: listener('SIGTERM'), SIGINT: listener('SIGINT') };
  signals.on('SIGTERM', listeners.SIGTERM);
  signals.on('SIGINT', listeners.SIGINT);
  try {
    await Promise.race([launched.ended, tooLate]);
  } finally {
    drained.abort();
    signals.off('SIGTERM', listeners.SIGTERM);
    signals.off('SIGINT', listeners.SIGINT);
  }
};
