import { MillraceError } from '../../core/errors.ts';
import type { CommittedOffset, TopicPartition } from '../../core/ports/cluster.ts';
import { type NativeConsumer, promised, type StoredOffset } from './client.ts';

/** What a group has committed of one partition; nothing if that is so. */
export const toCommitted = ({ topic, partition, offset = -1, metadata }: StoredOffset): ReadonlyArray<CommittedOffset> =>
  offset < 0 ? [] : [{ topic, partition, offset, metadata: metadata ?? '' }];

/**
 * What a member's group has committed of these partitions; those without anything are left out. Waits up to `ms` for the answer.
 *
 * The client puts an error in the place of a partition of which it could not be told. To take that for a partition without an offset would
 * have it read again from its beginning: it is thrown as `cluster_unavailable`, and whoever asked asks again.
 */
export const committedOffsets = async (
  native: NativeConsumer,
  partitions: ReadonlyArray<TopicPartition>,
  ms: number,
): Promise<ReadonlyArray<CommittedOffset>> => {
  const wanted = partitions.map(({ topic, partition }) => ({ topic, partition }));
  const found = await promised<ReadonlyArray<StoredOffset | Error>>((callback) => native.committed(wanted, ms, callback));
  return found.flatMap((answer) => {
    if (answer instanceof Error)
      throw new MillraceError('cluster_unavailable', `of one partition there is no answer: ${answer.message}`, answer);
    return toCommitted(answer);
  });
};
