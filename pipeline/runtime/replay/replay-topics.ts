import { MillraceError } from '../../core/errors.ts';
import type { Topology } from '../../core/graph.ts';
import { manifestTopic } from '../../core/internal-topics.ts';
import type { Cluster } from '../../core/ports/cluster.ts';
import { internalTopics } from '../topic-plan.ts';
import { type ReplayTopology, replayTopology } from './replay-topology.ts';

const config = { 'cleanup.policy': 'delete', 'retention.ms': '-1' };

/**
 * Creates the topics that a replay writes in place of others, with as many partitions as those, or else as the topic `like`.
 *
 * @throws MillraceError `bad_config` if one of them is there already.
 */
export const createReplayTopics = async (cluster: Cluster, { outputs }: ReplayTopology, like: string): Promise<void> => {
  const written = outputs.filter(({ table }) => table === undefined);
  const admin = await cluster.admin();
  try {
    const taken = await admin.partitions(outputs.map(({ replayed }) => replayed));
    if (taken.size > 0)
      throw new MillraceError('bad_config', `there is a replay of this id: ${[...taken.keys()].join(', ')}; take another id`);
    const counts = await admin.partitions([like, ...written.map(({ original }) => original)]);
    const partitionsOf = (original: string): number => counts.get(original) ?? counts.get(like) ?? 1;
    await admin.createTopics(written.map(({ original, replayed }) => ({ topic: replayed, partitions: partitionsOf(original), config })));
  } finally {
    await admin.close();
  }
};

/** Deletes all topics of a replay: its outputs, its internal ones and its manifest. Those that are not there are passed over. */
export const removeReplay = async (cluster: Cluster, topology: Topology, id: string): Promise<void> => {
  const { topology: isolated, outputs } = replayTopology(topology, id);
  const topics = [...outputs.map(({ replayed }) => replayed), ...internalTopics(isolated), manifestTopic(isolated.name)];
  const admin = await cluster.admin();
  try {
    await admin.deleteTopics([...(await admin.partitions([...new Set(topics)])).keys()]);
  } finally {
    await admin.close();
  }
};
