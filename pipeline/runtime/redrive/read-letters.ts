import { MillraceError } from '../../core/errors.ts';
import type { Cluster, LogRecord } from '../../core/ports/cluster.ts';
import { readRanges } from '../replay/read-records.ts';
import { type PartitionRange, type RangeRequest, rangesOf } from '../replay/replay-range.ts';

/** Which stretch of a dead letter is read. */
export interface Reading {
  readonly topic: string;
  readonly range: RangeRequest;
  readonly signal?: AbortSignal | undefined;
}

/** How far a reading has come, in offsets. */
export interface ReadSoFar {
  readonly done: number;
  readonly all: number;
}

const rangesIn = async (cluster: Cluster, { topic, range }: Reading): Promise<ReadonlyArray<PartitionRange>> => {
  const admin = await cluster.admin();
  try {
    const count = (await admin.partitions([topic])).get(topic);
    if (count === undefined) throw new MillraceError('unknown_topic', `the dead letter ${topic} does not exist`);
    const places = Array.from({ length: count }, (_, partition) => ({ topic, partition }));
    return await rangesOf(admin, places, range);
  } finally {
    await admin.close();
  }
};

/**
 * Hands over what is committed in a dead letter now, within the range, batch by batch and in the order of each partition. Returns false if
 * the signal has ended it before.
 *
 * @throws MillraceError `unknown_topic` if it does not exist; `bad_config` if offsets are given that are not in it.
 */
export const readLetters = async (
  cluster: Cluster,
  reading: Reading,
  visit: (records: ReadonlyArray<LogRecord>, at: ReadSoFar) => Promise<void>,
): Promise<boolean> => {
  const ranges = await rangesIn(cluster, reading);
  return readRanges(cluster, { ranges, isOver: () => reading.signal?.aborted === true }, visit);
};
