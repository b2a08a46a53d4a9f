import { MillraceError } from '../../../pipeline/core/errors.ts';
import type { Clock } from '../../../pipeline/core/ports/clock.ts';
import type { Collector } from './collector.ts';
import { undelivered } from './undelivered.ts';
import { type GroupParts, unread } from './unread.ts';

/** How long everything must have stood still, and how long it may take to do so, in ms. */
const patience = { lookEvery: 150, stillFor: 900, most: 600_000 };

/** What is to come to rest. */
export interface SettleParts extends GroupParts {
  readonly collector: Collector;
  readonly clock: Clock;
  /** Topics that are read by the group or by deliveries, with their partition counts. */
  readonly partitions: ReadonlyMap<string, number>;
  readonly onWait: (left: string) => void;
}

interface Rest {
  readonly left: number;
  /** Changes whenever anything is written. */
  readonly mark: string;
}

const look = async (parts: SettleParts): Promise<Rest> => {
  const highs = new Map<string, number>();
  for (const [topic, count] of parts.partitions) {
    for (let partition = 0; partition < count; partition += 1) {
      highs.set(`${topic}/${partition}`, (await parts.admin.watermarks({ topic, partition }, 'committed')).high);
    }
  }
  const waiting = await undelivered(parts.admin, parts.launched, parts.partitions);
  const toDeliver = waiting.reduce((sum, count) => sum + count, 0);
  const left = [await unread(parts), toDeliver, await parts.collector.behind()];
  parts.onWait(`${left[0] ?? 0} to process, ${left[1] ?? 0} to deliver, ${left[2] ?? 0} to read back`);
  const busy = parts.launched.isDrained ? 0 : 1;
  return { left: left.reduce((sum, count) => sum + count, busy), mark: JSON.stringify([...highs]) };
};

/**
 * Waits until everything that was sent is consumed, committed, delivered and read back, and nothing has moved for a while since.
 *
 * @throws MillraceError `cluster_unavailable` if that takes longer than ten minutes; whatever ends the process meanwhile.
 */
export const settle = async (parts: SettleParts): Promise<void> => {
  const { clock, launched } = parts;
  const started = clock.monotonic();
  let last: Rest = { left: 1, mark: '' };
  let since = started;
  const failed = launched.ended.then(() => {
    throw new MillraceError('cluster_unavailable', 'the process has ended before it was done');
  });
  failed.catch(() => undefined);
  for (;;) {
    const now = await Promise.race([look(parts), failed]);
    if (now.left > 0 || now.mark !== last.mark) since = clock.monotonic();
    last = now;
    if (clock.monotonic() - since >= patience.stillFor) return;
    if (clock.monotonic() - started > patience.most) {
      throw new MillraceError('cluster_unavailable', `after ${patience.most / 1000} s ${now.left} records are still under way`);
    }
    await clock.sleep(patience.lookEvery);
  }
};
