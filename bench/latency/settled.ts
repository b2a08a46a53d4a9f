import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import type { LatencyStage } from './stage.ts';

const longestMs = 60_000;
const lookEveryMs = 100;

/** Resolves when all that was sent has arrived, or after a minute. */
export const settled = async ({ load, arrivals, bare }: LatencyStage): Promise<void> => {
  const deadline = performance.now() + longestMs;
  while (arrivals.seen.size + bare.seen.size < load.sent.size && performance.now() < deadline) await systemClock.sleep(lookEveryMs);
};
