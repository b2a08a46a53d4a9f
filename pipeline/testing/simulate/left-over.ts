import { cut } from '../../core/cut.ts';
import type { Topology } from '../../core/graph.ts';
import type { Cluster, TopicPartition } from '../../core/ports/cluster.ts';

const placesOf = async (cluster: Cluster, topics: ReadonlyArray<string>): Promise<ReadonlyArray<TopicPartition>> => {
  const admin = await cluster.admin();
  const counts = await admin.partitions(topics);
  await admin.close();
  return topics.flatMap((topic) => Array.from({ length: counts.get(topic) ?? 0 }, (_, partition) => ({ topic, partition })));
};

/** The partitions in which the topology's group has not committed all that is there, or a transaction is still open. */
export const leftOver = async (cluster: Cluster, topology: Topology): Promise<ReadonlyArray<string>> => {
  const topics = cut(topology).flatMap((sub) => sub.entries.map((entry) => entry.topic.name));
  const places = await placesOf(cluster, topics);
  const admin = await cluster.admin();
  const committed = await admin.committed(topology.name, places);
  await admin.close();
  const reader = await cluster.reader('committed');
  const left: string[] = [];
  for (const place of places) {
    const offset = committed.find(({ topic, partition }) => topic === place.topic && partition === place.partition)?.offset ?? 0;
    await reader.assign([{ ...place, offset }]);
    const next = await reader.poll(1, 0);
    const { high } = await reader.watermarks(place, 'uncommitted');
    if (next.length > 0 || (reader.position(place) ?? 0) < high)
      left.push(`${place.topic}/${place.partition} stands at ${offset} of ${high}`);
  }
  await reader.close();
  return left;
};
