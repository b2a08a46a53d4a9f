import type { TopicPartition } from '../../core/ports/cluster.ts';

/** A member as the assignor sees it. */
export interface Subscriber {
  readonly id: string;
  readonly topics: ReadonlyArray<string>;
}

/**
 * Kafka's range assignor: each topic is dealt out in ranges to its subscribers, in their order, so that topics with equal partition
 * counts and equal subscribers are co-partitioned.
 */
export const rangeAssignor = (
  members: ReadonlyArray<Subscriber>,
  partitionsOf: (topic: string) => number,
): ReadonlyMap<string, ReadonlyArray<TopicPartition>> => {
  const assigned = new Map<string, TopicPartition[]>(members.map(({ id }) => [id, []]));
  const topics = [...new Set(members.flatMap((member) => member.topics))].sort();
  for (const topic of topics) {
    const subscribers = members.filter((member) => member.topics.includes(topic));
    const partitions = partitionsOf(topic);
    subscribers.forEach(({ id }, index) => {
      const from = startOfRange(index, partitions, subscribers.length);
      const to = startOfRange(index + 1, partitions, subscribers.length);
      for (let partition = from; partition < to; partition += 1) assigned.get(id)?.push({ topic, partition });
    });
  }
  return assigned;
};

/** The first `partitions % members` members get one more. */
const startOfRange = (index: number, partitions: number, members: number): number =>
  index * Math.floor(partitions / members) + Math.min(index, partitions % members);
