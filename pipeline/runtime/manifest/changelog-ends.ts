import { internalTopic } from '../../core/internal-topics.ts';
import type { Cluster } from '../../core/ports/cluster.ts';
import type { Begins } from './next-manifest.ts';

/** The end of each partition of the changelogs of these nodes. One that does not exist has no partitions. */
export const changelogEnds = async (topology: string, cluster: Cluster, nodes: ReadonlyArray<string>): Promise<Begins> => {
  if (nodes.length === 0) return {};
  const topics = nodes.map((node) => [node, internalTopic(topology, node, 'changelog')] as const);
  const admin = await cluster.admin();
  try {
    const counts = await admin.partitions(topics.map(([, topic]) => topic));
    const ends: Record<string, ReadonlyArray<number>> = {};
    for (const [node, topic] of topics) {
      const places = Array.from({ length: counts.get(topic) ?? 0 }, (_, partition) => ({ topic, partition }));
      ends[node] = await Promise.all(places.map(async (place) => (await admin.watermarks(place, 'uncommitted')).high));
    }
    return ends;
  } finally {
    await admin.close();
  }
};
