import type { Admin } from '../../pipeline/core/ports/cluster.ts';
import type { PartitionStatus, ProcessStatus } from '../../pipeline/runtime/launch/process-status.ts';

/** What the embedded broker keeps of a partition before it drops the oldest. */
const kept = { records: 100_000, bytes: 5 << 20 };

/** From this share of it on there is reason to speak up. */
const alarming = 0.5;

/** Assumed of a record whose like has not been seen. */
const usualBytes = 1_024;

/** A partition of the embedded broker of which records are about to be dropped unread, or have been. */
export interface MockAlarm {
  readonly topic: string;
  readonly partition: number;
  readonly unread: number;
  /** Records that are gone and had not been read. */
  readonly lost: number;
}

const bytesPerRecord = ({ waitingRecords, waitingBytes }: PartitionStatus): number =>
  waitingRecords === 0 ? usualBytes : waitingBytes / waitingRecords;

/** Looks for partitions that their reader is too slow for. */
export const mockAlarms = async (admin: Admin, { tasks }: ProcessStatus): Promise<ReadonlyArray<MockAlarm>> => {
  const alarms: MockAlarm[] = [];
  for (const status of tasks.flatMap(({ partitions }) => partitions)) {
    const { topic, partition, position, waitingRecords } = status;
    const { low, high } = await admin.watermarks({ topic, partition }, 'committed');
    const read = position + waitingRecords;
    const unread = Math.max(0, high - Math.max(read, low));
    const lost = Math.max(0, low - read);
    const isNear = unread > alarming * kept.records || unread * bytesPerRecord(status) > alarming * kept.bytes;
    if (isNear || lost > 0) alarms.push({ topic, partition, unread, lost });
  }
  return alarms;
};
