import { headerNames, headerOf, originText } from '../../runtime/headers.ts';
import type { Cluster, LogRecord } from '../../core/ports/cluster.ts';

/** A record that the topology refused, as it lies in the dead letter. */
export interface DriveReject {
  readonly node: string;
  readonly rule: string;
  readonly detail: string;
  /** Where it was read, as `topic:partition:offset` of its first entry into the log. */
  readonly provenance: string;
  readonly key: Buffer | null;
  readonly bytes: Buffer | null;
}

/** All committed records of a topic that are there now, by partition and offset. */
export const readTopic = async (cluster: Cluster, topic: string): Promise<ReadonlyArray<LogRecord>> => {
  const admin = await cluster.admin();
  const partitions = (await admin.partitions([topic])).get(topic) ?? 0;
  await admin.close();
  const reader = await cluster.reader('committed');
  const records: LogRecord[] = [];
  try {
    for (let partition = 0; partition < partitions; partition += 1) {
      const place = { topic, partition };
      const { high } = await reader.watermarks(place, 'committed');
      await reader.assign([{ ...place, offset: 0 }]);
      while ((reader.position(place) ?? 0) < high) records.push(...(await reader.poll(10_000, 0)));
    }
  } finally {
    await reader.close();
  }
  return records;
};

const text = (record: LogRecord, name: string): string => headerOf(record.headers, name)?.toString() ?? '';

/** Reads a dead letter's headers. */
export const rejectOf = (record: LogRecord): DriveReject => ({
  node: text(record, headerNames.node),
  rule: text(record, headerNames.rule),
  detail: text(record, '__streams.errors.message'),
  provenance: originText(record),
  key: record.key,
  bytes: record.value,
});
