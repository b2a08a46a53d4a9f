import { MillraceError } from '../../pipeline/core/errors.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import { topics } from '../../topologies/feedback/topics.ts';
import { referenceTopics } from './reference/open-reference.ts';

const needed = [topics.feedbackReceived, topics.inferenceLogged, ...referenceTopics].map(({ name }) => name);

/** The partition counts of the topics that the API writes and reads. Throws `unknown_topic` with all that are missing. */
export const findTopics = async (cluster: Cluster): Promise<ReadonlyMap<string, number>> => {
  const admin = await cluster.admin();
  try {
    const found = await admin.partitions(needed);
    const missing = needed.filter((name) => !found.has(name));
    if (missing.length === 0) return found;
    throw new MillraceError(
      'unknown_topic',
      `there is no topic ${missing.join(', ')}: millrace topics feedback --create makes those of the feedback loop`,
    );
  } finally {
    await admin.close();
  }
};
