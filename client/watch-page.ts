import { sumOf } from './backlog.ts';
import type { Connection } from './connection.ts';
import { bodyBytes } from './entry.ts';
import type { Lane } from './lane.ts';
import type { Settings } from './settings.ts';

/** A browser takes 64 KiB in all. */
const beaconBytes = 60_000;

/**
 * Hands the browser what has no answer, and says whether it took all of it. It stays in the buffer: a page that comes back sends it again, under the
 * same keys.
 */
const handOver = (lanes: ReadonlyArray<Lane>, connection: Connection, { credentials, platform }: Settings): boolean => {
  // A beacon has no headers, so that there is no place for an API key.
  if (credentials.token === undefined) return false;
  let left = beaconBytes;
  let waiting = lanes.reduce((sum, lane) => sum + lane.unanswered.length, 0);
  for (const lane of lanes) {
    for (const run of lane.runs(left)) {
      left -= bodyBytes(run.length, sumOf(run));
      if (left < 0 || platform.page?.beacon(connection.urlOf(lane.path), lane.bodyOf(run)) !== true) return false;
      waiting -= run.length;
    }
  }
  return waiting === 0;
};

/** Follows what happens to the page, if there is one: hidden, it sends at once; left, by beacon; online again, without waiting for a pause to end. */
export const watchPage = (lanes: ReadonlyArray<Lane>, connection: Connection, settings: Settings): (() => void) => {
  const { page } = settings.platform;
  if (page === undefined) return () => undefined;
  let isHandedOver = false;
  const hide = (): void => {
    // A page that is left is hidden after that. What was handed over would go out a second time.
    if (!isHandedOver) lanes.forEach((lane) => lane.hurry());
    isHandedOver = false;
  };
  const leave = (): void => {
    isHandedOver = handOver(lanes, connection, settings);
  };
  const ends = [page.on('hidden', hide), page.on('leave', leave), page.on('online', () => lanes.forEach((lane) => lane.wake()))];
  return () => ends.forEach((end) => end());
};
