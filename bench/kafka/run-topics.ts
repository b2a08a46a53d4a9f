import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import { partitions, topicsOf } from './job.ts';

const topicNames = (run: string): ReadonlyArray<string> => {
  const { valid, sums, parts, deadLetter } = topicsOf(run);
  return [valid, sums, parts, deadLetter].map(({ name }) => name);
};

/** Makes the topics that a run writes. */
export const makeTopics = async (cluster: Cluster, run: string): Promise<void> => {
  const admin = await cluster.admin();
  await admin.createTopics(topicNames(run).map((topic) => ({ topic, partitions })));
  await admin.close();
};

/** Removes what a run has left, those topics included that its program made for itself, so that every run meets the same broker. */
export const removeTopics = async (cluster: Cluster, run: string, internal: ReadonlyArray<string>): Promise<void> => {
  const admin = await cluster.admin();
  await admin.deleteTopics([...new Set([...topicNames(run), ...internal])]);
  await admin.close();
};
