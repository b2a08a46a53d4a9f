import type { Clock } from '../core/ports/clock.ts';

/** The longest that a timer of the platform can wait; a longer sleep is made of several. */
const longest = 2 ** 31 - 1;

const once = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });

/** The real clock. A sleep keeps the process alive until it ends. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => {
    for (let left = ms; signal?.aborted !== true && left >= 0; left -= longest) await once(Math.min(left, longest), signal);
  },
};
