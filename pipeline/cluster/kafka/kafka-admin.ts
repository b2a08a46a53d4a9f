import { type ErrorCode, MillraceError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Admin } from '../../core/ports/cluster.ts';
import type { Control } from './control.ts';

/** How long a new topic may take to be known by the brokers that lead it, and between two looks, in ms. */
const patience = { most: 30_000, lookEvery: 50 };

/** How brokers refuse what they have just been made leaders of. */
const notYet: ReadonlySet<ErrorCode> = new Set(['unknown_topic', 'cluster_unavailable']);

const isServed = async (control: Control, topics: ReadonlyArray<string>): Promise<boolean> => {
  const counts = await control.partitions(topics);
  if (topics.some((topic) => !counts.has(topic))) return false;
  const places = [...counts].flatMap(([topic, count]) => Array.from({ length: count }, (_, partition) => ({ topic, partition })));
  try {
    await control.lows(places);
    return true;
  } catch (error) {
    if (error instanceof MillraceError && notYet.has(error.code)) return false;
    throw error;
  }
};

/** The order to create a topic is answered before every broker knows of it, and what asked for it next would be told that it is not there. */
const untilServed = async (control: Control, topics: ReadonlyArray<string>, clock: Clock): Promise<void> => {
  const deadline = clock.monotonic() + patience.most;
  while (!(await isServed(control, topics))) {
    if (clock.monotonic() > deadline) {
      throw new MillraceError('cluster_unavailable', `after ${patience.most / 1000} s the brokers do not serve ${topics.join(', ')}`);
    }
    await clock.sleep(patience.lookEvery);
  }
};

/** The admin of a Kafka cluster. It shares the cluster's connection, so closing it frees nothing. */
export const openAdmin = (control: Control, clock: Clock): Admin => ({
  partitions: (topics) => control.partitions(topics),
  topicIds: (topics) => control.topicIds(topics),
  createTopics: async (topics) => {
    await Promise.all(topics.map((topic) => control.createTopic(topic)));
    await untilServed(
      control,
      topics.map(({ topic }) => topic),
      clock,
    );
  },
  deleteTopics: async (topics) => {
    await Promise.all(topics.map((topic) => control.deleteTopic(topic)));
  },
  committed: (groupId, partitions) => control.committed(groupId, partitions),
  watermarks: (partition, isolation) => control.watermarks(partition, isolation),
  offsetsAt: (partitions, time) => control.offsetsAt(partitions, time),
  deleteRecordsBefore: (offsets) => control.deleteRecordsBefore(offsets),
  close: () => Promise.resolve(),
});
