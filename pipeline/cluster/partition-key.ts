import type { TopicPartition } from '../core/ports/cluster.ts';

/** A partition as a key of a map. Topic names cannot contain a slash, so no two partitions share one. */
export const partitionKey = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;
