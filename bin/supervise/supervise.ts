import type { Clock } from '../../pipeline/core/ports/clock.ts';
import type { Log } from '../../pipeline/core/ports/log.ts';
import type { SignalSource } from '../../pipeline/runtime/launch/until-signalled.ts';
import type { SlotKeeper } from './slot-keeper.ts';

/** What supervising needs. */
export interface SuperviseOptions {
  readonly signals: Pick<SignalSource, 'on' | 'off'>;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a drain may take, in ms. */
  readonly graceMs: number;
}

/** A process ends by itself when its grace is over; this much later, in ms, it is ended. */
const overdueMs = 5_000;

/**
 * Runs these slots until SIGTERM or SIGINT asks for the end, or one of them gives up: then all of them drain. A second signal ends them at once.
 * Resolves to the worst of their last exit codes; the larger is the worse.
 */
export const supervise = async (keepers: ReadonlyArray<SlotKeeper>, options: SuperviseOptions): Promise<number> => {
  const { signals, clock, log, graceMs } = options;
  const ended = new AbortController();
  let isStopping = false;
  const stop = (): void => {
    for (const keeper of keepers) keeper.ask();
    if (isStopping) return;
    isStopping = true;
    void clock.sleep(graceMs + overdueMs, ended.signal).then(() => {
      if (!ended.signal.aborted) for (const keeper of keepers) keeper.kill();
    });
  };
  const listener = (signal: 'SIGTERM' | 'SIGINT') => (): void => {
    if (!isStopping) log.info({ signal, graceMs, processes: keepers.length }, 'Draining; a second signal ends the processes at once.');
    stop();
  };
  const listeners = { SIGTERM: listener('SIGTERM'), SIGINT: listener('SIGINT') };
  signals.on('SIGTERM', listeners.SIGTERM);
  signals.on('SIGINT', listeners.SIGINT);
  const kept = keepers.map(async (keeper) => {
    const code = await keeper.run();
    if (!isStopping) stop();
    return code;
  });
  const codes = await Promise.all(kept);
  ended.abort();
  signals.off('SIGTERM', listeners.SIGTERM);
  signals.off('SIGINT', listeners.SIGINT);
  return Math.max(...codes);
};
