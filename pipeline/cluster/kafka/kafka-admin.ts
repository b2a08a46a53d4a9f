import type { Admin } from '../../core/ports/cluster.ts';
import type { Control } from './control.ts';

/** The admin of a Kafka cluster. It shares the cluster's connection, so closing it frees nothing. */
export const openAdmin = (control: Control): Admin => ({
  partitions: (topics) => control.partitions(topics),
  createTopics: async (topics) => {
    await Promise.all(topics.map((topic) => control.createTopic(topic)));
  },
  deleteTopics: async (topics) => {
    await Promise.all(topics.map((topic) => control.deleteTopic(topic)));
  },
  committed: (groupId, partitions) => control.committed(groupId, partitions),
  watermarks: (partition, isolation) => control.watermarks(partition, isolation),
  deleteRecordsBefore: (offsets) => control.deleteRecordsBefore(offsets),
  close: () => Promise.resolve(),
});
