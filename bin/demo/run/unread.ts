import type { Admin, Cluster, TopicPartition } from '../../../pipeline/core/ports/cluster.ts';
import type { Launched } from '../../../pipeline/runtime/launch/launch.ts';
import { elsewhere } from './elsewhere.ts';
import { readFrom } from './read-from.ts';

/** What is asked how far a group has come, whichever processes it has. */
export interface GroupParts {
  readonly launched: Launched;
  readonly admin: Admin;
  readonly cluster: Cluster;
  readonly group: string;
  /** The topics that the group reads, with their partition counts. */
  readonly sources: ReadonlyMap<string, number>;
}

type Place = TopicPartition & { readonly offset: number };

/** An internal topic ends in marks of transactions, which nobody has to commit: only its records count. */
const isInternal = (topic: string): boolean => topic.startsWith('millrace.');

const placesOf = (topic: string, partitions: number): ReadonlyArray<TopicPartition> =>
  Array.from({ length: partitions }, (_, partition) => ({ topic, partition }));

const committedAt = async ({ admin, group }: GroupParts, places: ReadonlyArray<TopicPartition>): Promise<ReadonlyArray<Place>> => {
  const offsets = new Map((await admin.committed(group, places)).map(({ partition, offset }) => [partition, offset]));
  return places.map((place) => ({ ...place, offset: offsets.get(place.partition) ?? 0 }));
};

const before = async ({ admin }: GroupParts, places: ReadonlyArray<Place>): Promise<number> => {
  let left = 0;
  for (const place of places) left += Math.max(0, (await admin.watermarks(place, 'committed')).high - place.offset);
  return left;
};

const waitingHere = ({ launched }: GroupParts): number =>
  launched.tasks.flatMap((task) => task.queues).reduce((sum, { at, length }) => sum + (isInternal(at.topic) ? length : 0), 0);

/** Counts the records which a group has yet to process: those of others' topics until they are committed, those of its own while they wait. */
export const unread = async (parts: GroupParts): Promise<number> => {
  let left = waitingHere(parts);
  for (const [topic, partitions] of parts.sources) {
    const places = isInternal(topic) ? elsewhere(parts.launched, topic, partitions) : placesOf(topic, partitions);
    if (places.length === 0) continue;
    const committed = await committedAt(parts, places);
    left += isInternal(topic) ? (await readFrom(parts.cluster, committed)).length : await before(parts, committed);
  }
  return left;
};
