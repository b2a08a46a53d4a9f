import { MillraceError } from '../../core/errors.ts';
import type { SourceNode, Topology } from '../../core/graph.ts';
import type { Admin, Cluster, TopicPartition } from '../../core/ports/cluster.ts';

/** A stretch of a partition: from `from`, inclusive, to `to`, exclusive. */
export interface PartitionRange extends TopicPartition {
  readonly from: number;
  readonly to: number;
}

/** What of the log is to be replayed: between two times (Kafka's timestamps, ms since the epoch), or by offsets where these are given. */
export interface RangeRequest {
  /** Inclusive; the beginning of the log if left out. */
  readonly from?: number | undefined;
  /** Exclusive; the committed end as it is now if left out. */
  readonly to?: number | undefined;
  /** Partitions of sources of which the offsets are said outright. */
  readonly offsets?: ReadonlyArray<PartitionRange>;
}

/** A partition as a key of maps. */
export const placeKey = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

type Offsets = ReadonlyMap<string, number>;

const sourceTopics = ({ nodes }: Topology): ReadonlyArray<string> =>
  nodes.filter((node): node is SourceNode => node.kind === 'source').map(({ topic }) => topic.name);

const placesOf = (counts: ReadonlyMap<string, number>): ReadonlyArray<TopicPartition> =>
  [...counts].flatMap(([topic, count]) => Array.from({ length: count }, (_, partition) => ({ topic, partition })));

const offsetsAt = async (admin: Admin, places: ReadonlyArray<TopicPartition>, time: number | undefined): Promise<Offsets> =>
  new Map(time === undefined ? [] : (await admin.offsetsAt(places, time)).map((at) => [placeKey(at), at.offset]));

const rangesBetween = async (
  admin: Admin,
  places: ReadonlyArray<TopicPartition>,
  { from, to }: RangeRequest,
): Promise<ReadonlyArray<PartitionRange>> => {
  const [begins, ends] = [await offsetsAt(admin, places, from), await offsetsAt(admin, places, to)];
  return Promise.all(
    places.map(async (place) => {
      const { low, high } = await admin.watermarks(place, 'committed');
      const begin = begins.get(placeKey(place)) ?? low;
      return { ...place, from: begin, to: Math.max(begin, Math.min(ends.get(placeKey(place)) ?? high, high)) };
    }),
  );
};

/** What is wrong with a stretch that was asked for; undefined if nothing is. */
const misfit = async (admin: Admin, range: PartitionRange, known: ReadonlySet<string>): Promise<string | undefined> => {
  const { topic, partition, from, to } = range;
  if (!known.has(placeKey(range))) return `${topic}:${partition} is not a partition of what is read`;
  if (from > to) return `${topic}:${partition}:${from}-${to} ends before it begins`;
  const { low, high } = await admin.watermarks(range, 'committed');
  if (from >= low && to <= high) return undefined;
  return `${topic}:${partition}:${from}-${to} is not in the log: that of the partition is ${low}-${high}`;
};

const checkOffsets = async (admin: Admin, given: ReadonlyArray<PartitionRange>, known: ReadonlySet<string>): Promise<void> => {
  const wrong: string[] = [];
  for (const range of given) wrong.push(...[await misfit(admin, range, known)].flatMap((line) => line ?? []));
  if (wrong.length > 0) throw new MillraceError('bad_config', wrong.join('\n'));
};

const readablePlaces = async (admin: Admin, topology: Topology): Promise<ReadonlyArray<TopicPartition>> => {
  const topics = sourceTopics(topology);
  const counts = await admin.partitions(topics);
  const missing = topics.filter((topic) => !counts.has(topic));
  if (missing.length > 0) throw new MillraceError('bad_partitions', missing.map((topic) => `the topic ${topic} does not exist`).join('\n'));
  return placesOf(counts);
};

/**
 * The stretch of each of these partitions that a request is for.
 *
 * @throws MillraceError `bad_config` if offsets are given that are not there.
 */
export const rangesOf = async (
  admin: Admin,
  places: ReadonlyArray<TopicPartition>,
  request: RangeRequest,
): Promise<ReadonlyArray<PartitionRange>> => {
  const given = new Map((request.offsets ?? []).map((range) => [placeKey(range), range]));
  await checkOffsets(admin, [...given.values()], new Set(places.map(placeKey)));
  const rest = await rangesBetween(
    admin,
    places.filter((place) => !given.has(placeKey(place))),
    request,
  );
  return [...given.values(), ...rest];
};

/**
 * The stretch of each partition of the sources that is to be replayed.
 *
 * @throws MillraceError `bad_config` if offsets are given that are not there; `bad_partitions` if a source does not exist.
 */
export const resolveRanges = async (
  cluster: Cluster,
  topology: Topology,
  request: RangeRequest,
): Promise<ReadonlyArray<PartitionRange>> => {
  const admin = await cluster.admin();
  try {
    return await rangesOf(admin, await readablePlaces(admin, topology), request);
  } finally {
    await admin.close();
  }
};
