import type { Cluster, LogRecord } from '../../core/ports/cluster.ts';

const pollRecords = 5_000;
const pollMs = 100;

/** Hands over all that is committed in a topic now, partition by partition, in order. A topic that does not exist has nothing. */
export const readRecords = async (
  cluster: Cluster,
  topic: string,
  visit: (records: ReadonlyArray<LogRecord>) => Promise<void>,
): Promise<void> => {
  const admin = await cluster.admin();
  const count = (await admin.partitions([topic])).get(topic) ?? 0;
  await admin.close();
  if (count === 0) return;
  const reader = await cluster.reader('committed');
  try {
    for (let partition = 0; partition < count; partition += 1) {
      const place = { topic, partition };
      const { low, high } = await reader.watermarks(place, 'committed');
      if (high <= low) continue;
      await reader.assign([{ ...place, offset: 0 }]);
      while ((reader.position(place) ?? 0) < high) {
        await visit((await reader.poll(pollRecords, pollMs)).filter(({ offset }) => offset < high));
      }
    }
  } finally {
    await reader.close();
  }
};
