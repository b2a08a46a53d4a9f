import type { Topology } from '../../core/graph.ts';
import { type DeclaredManifest, declaredManifest } from '../../core/manifest.ts';
import type { Admin } from '../../core/ports/cluster.ts';
import { externalTopics, planTopics } from '../topic-plan.ts';

const repartitionTopics = ({ nodes }: Topology): ReadonlyArray<string> =>
  nodes.flatMap((node) => (node.kind === 'repartition' ? [node.topic.name] : []));

/**
 * What a topology declares, with the partition counts that its topics have now. Changelogs are not looked at: they are made for what was.
 *
 * @throws MillraceError `bad_partitions` if a topic that is read is missing, or topics that are read together differ in their counts.
 */
export const declaredNow = async (topology: Topology, admin: Admin): Promise<DeclaredManifest> => {
  const existing = await admin.partitions([...externalTopics(topology), ...repartitionTopics(topology)]);
  return declaredManifest(topology, planTopics(topology, existing).partitions);
};
