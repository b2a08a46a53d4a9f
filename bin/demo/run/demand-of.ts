import type { Admin } from '../../../pipeline/core/ports/cluster.ts';
import type { Clock } from '../../../pipeline/core/ports/clock.ts';
import type { Launched } from '../../../pipeline/runtime/launch/launch.ts';
import type { Collector } from './collector.ts';
import type { Demand } from './sender.ts';
import { undelivered } from './undelivered.ts';

/** What may wait in one partition to be handed over, and in all topics to be read back: at under a kilobyte each, half of what the embedded broker keeps. */
const most = { undelivered: 3_000, unread: 12_000 };

/** Between two looks, and while waiting, in ms. */
const every = { look: 500, wait: 50 };

/** What takes in the results of a run. */
export interface DemandParts {
  readonly launched: Launched;
  readonly admin: Admin;
  readonly collector: Collector;
  readonly clock: Clock;
  /** Partition counts by topic. */
  readonly partitions: ReadonlyMap<string, number>;
}

/** The demand of a process and of those who read its results: the embedded broker would drop what they are too slow for. */
export const demandOf = ({ launched, admin, collector, clock, partitions }: DemandParts): Demand => {
  let next = 0;
  const isWanted = (): boolean => !launched.status().stopping;
  const isBehind = async (): Promise<boolean> => {
    if ((await collector.behind()) > most.unread) return true;
    return (await undelivered(admin, launched, partitions)).some((count) => count > most.undelivered);
  };
  return {
    isWanted,
    room: async () => {
      if (clock.monotonic() < next) return;
      while (isWanted() && (await isBehind())) await clock.sleep(every.wait);
      next = clock.monotonic() + every.look;
    },
  };
};
