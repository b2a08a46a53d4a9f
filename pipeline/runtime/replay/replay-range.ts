import { MillraceError } from '../../core/errors.ts';
import type { SourceNode, Topology } from '../../core/graph.ts';
import type { Cluster, Reader, TopicPartition } from '../../core/ports/cluster.ts';
import { offsetAt } from './offset-at.ts';

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

const sourceTopics = ({ nodes }: Topology): ReadonlyArray<string> =>
  nodes.filter((node): node is SourceNode => node.kind === 'source').map(({ topic }) => topic.name);

const placesOf = (counts: ReadonlyMap<string, number>): ReadonlyArray<TopicPartition> =>
  [...counts].flatMap(([topic, count]) => Array.from({ length: count }, (_, partition) => ({ topic, partition })));

const rangeOf = async (reader: Reader, place: TopicPartition, { from, to }: RangeRequest): Promise<PartitionRange> => {
  const { low, high } = await reader.watermarks(place, 'committed');
  const begin = from === undefined ? low : await offsetAt(reader, { ...place, low, high }, from);
  const end = to === undefined ? high : await offsetAt(reader, { ...place, low, high }, to);
  return { ...place, from: begin, to: Math.max(begin, end) };
};

const isWithin = async (reader: Reader, range: PartitionRange): Promise<boolean> => {
  const { low, high } = await reader.watermarks(range, 'committed');
  return range.from >= low && range.from <= range.to && range.to <= high;
};

const checkOffsets = async (reader: Reader, given: ReadonlyArray<PartitionRange>, known: ReadonlySet<string>): Promise<void> => {
  const wrong: string[] = [];
  for (const range of given) {
    const { topic, partition, from, to } = range;
    if (known.has(placeKey(range)) && (await isWithin(reader, range))) continue;
    wrong.push(`${topic}:${partition}:${from}-${to} is not a stretch of the committed log of a source of the topology`);
  }
  if (wrong.length > 0) throw new MillraceError('bad_config', wrong.join('\n'));
};

/**
 * The stretch of each partition of the sources that is to be replayed. Takes a look at the log for each partition if times are given.
 *
 * @throws MillraceError `bad_config` if offsets are given that are not there; `bad_partitions` if a source does not exist.
 */
export const resolveRanges = async (
  cluster: Cluster,
  topology: Topology,
  request: RangeRequest,
): Promise<ReadonlyArray<PartitionRange>> => {
  const topics = sourceTopics(topology);
  const admin = await cluster.admin();
  const counts = await admin.partitions(topics);
  await admin.close();
  const missing = topics.filter((topic) => !counts.has(topic));
  if (missing.length > 0) throw new MillraceError('bad_partitions', missing.map((topic) => `the topic ${topic} does not exist`).join('\n'));
  const places = placesOf(counts);
  const given = new Map((request.offsets ?? []).map((range) => [placeKey(range), range]));
  const reader = await cluster.reader('committed');
  try {
    await checkOffsets(reader, [...given.values()], new Set(places.map(placeKey)));
    const ranges: PartitionRange[] = [];
    for (const place of places) ranges.push(given.get(placeKey(place)) ?? (await rangeOf(reader, place, request)));
    return ranges;
  } finally {
    await reader.close();
  }
};
