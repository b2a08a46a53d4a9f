import type { TopicPartition } from '../../../pipeline/core/ports/cluster.ts';
import type { Launched } from '../../../pipeline/runtime/launch/launch.ts';

/** The partitions of a topic that the tasks of this process do not read: another process of the topology does. */
export const elsewhere = (launched: Launched, topic: string, partitions: number): ReadonlyArray<TopicPartition> => {
  const here = launched.tasks.flatMap((task) => task.queues.map((queue) => queue.at));
  const isHere = (partition: number): boolean => here.some((at) => at.topic === topic && at.partition === partition);
  return Array.from({ length: partitions }, (_, partition) => partition)
    .filter((partition) => !isHere(partition))
    .map((partition) => ({ topic, partition }));
};
