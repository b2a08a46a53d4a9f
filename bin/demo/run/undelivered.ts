import type { Admin } from '../../../pipeline/core/ports/cluster.ts';
import type { Launched } from '../../../pipeline/runtime/launch/launch.ts';

/** Finds how many records of each partition of the delivery topics are not handed over yet. `partitions`: counts by topic. */
export const undelivered = async (
  admin: Admin,
  launched: Launched,
  partitions: ReadonlyMap<string, number>,
): Promise<ReadonlyArray<number>> => {
  const left: number[] = [];
  for (const { topic, groupId } of launched.deliveries) {
    const places = Array.from({ length: partitions.get(topic) ?? 0 }, (_, partition) => ({ topic, partition }));
    const committed = new Map((await admin.committed(groupId, places)).map(({ partition, offset }) => [partition, offset]));
    for (const place of places) {
      const { high } = await admin.watermarks(place, 'committed');
      left.push(Math.max(0, high - (committed.get(place.partition) ?? 0)));
    }
  }
  return left;
};
