import type { Admin } from '../../core/ports/cluster.ts';
import type { Control } from './control.ts';

/** The metadata names a new topic only in a later answer. */
const answers = 3;

const touch = async (control: Control, topic: string): Promise<void> => {
  for (let asked = 0; asked < answers; asked += 1) if ((await control.metadata(topic)).has(topic)) return;
};

/** The admin of a mock cluster: it has none, but to ask for a topic makes it, with the default partitions. Nothing can be removed or found by its time. */
export const openMockAdmin = (control: Control): Admin => ({
  partitions: async (topics) => {
    const all = await control.metadata();
    return new Map(topics.flatMap((topic) => (all.has(topic) ? [[topic, all.get(topic) ?? 0]] : [])));
  },
  topicIds: () => Promise.resolve(new Map()),
  createTopics: async (topics) => {
    for (const { topic } of topics) await touch(control, topic);
  },
  deleteTopics: () => Promise.resolve(),
  committed: (groupId, partitions) => control.committed(groupId, partitions),
  watermarks: (partition, isolation) => control.watermarks(partition, isolation),
  offsetsAt: (partitions, time) => control.offsetsAt(partitions, time),
  deleteRecordsBefore: () => Promise.resolve(),
  close: () => Promise.resolve(),
});
