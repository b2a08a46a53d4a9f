import { manifestTopic } from '../../core/internal-topics.ts';
import type { Manifest } from '../../core/manifest.ts';
import type { Cluster, LogRecord, Reader } from '../../core/ports/cluster.ts';
import { decodeManifest } from './manifest-codec.ts';

const pollRecords = 1_000;
const pollMs = 100;

const readLast = async (reader: Reader, topic: string): Promise<LogRecord | undefined> => {
  const place = { topic, partition: 0 };
  const { low, high } = await reader.watermarks(place, 'committed');
  if (high <= low) return undefined;
  await reader.assign([{ ...place, offset: low }]);
  let last: LogRecord | undefined;
  while ((reader.position(place) ?? 0) < high) last = (await reader.poll(pollRecords, pollMs)).at(-1) ?? last;
  return last;
};

/**
 * The manifest of the version that runs, or ran last, under a topology's name; undefined if there is none. Creates nothing.
 *
 * @throws MillraceError `state_mismatch` if it cannot be understood.
 */
export const readManifest = async (cluster: Cluster, topology: string): Promise<Manifest | undefined> => {
  const topic = manifestTopic(topology);
  const admin = await cluster.admin();
  const known = await admin.partitions([topic]);
  await admin.close();
  if (!known.has(topic)) return undefined;
  const reader = await cluster.reader('committed');
  try {
    const last = await readLast(reader, topic);
    return last?.value === null || last?.value === undefined ? undefined : decodeManifest(last.value, `${topic}:0:${last.offset}`);
  } finally {
    await reader.close();
  }
};
