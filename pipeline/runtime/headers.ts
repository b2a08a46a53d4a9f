import type { Coordinates } from '../core/chunk.ts';
import type { Headers, LogRecord } from '../core/ports/cluster.ts';

/** The headers that Millrace reads and writes. */
export const headerNames = {
  provenance: 'millrace.provenance',
  marker: 'millrace.marker',
  node: 'millrace.node',
  rule: 'millrace.rule',
  attempts: 'millrace.attempts',
  fingerprint: 'millrace.topology',
} as const;

/** The value of the first header of that name. */
export const headerOf = (headers: Headers | undefined, name: string): Buffer | undefined => {
  if (headers === undefined) return undefined;
  for (const header of headers) {
    const value = header[name];
    if (value !== undefined) return Buffer.isBuffer(value) ? value : Buffer.from(value);
  }
  return undefined;
};

/** Coordinates as header text: `topic:partition:offset`. */
export const writeCoordinates = ({ topic, partition, offset }: Coordinates): string => `${topic}:${partition}:${offset}`;

/** Reads back what `writeCoordinates` wrote; undefined if it is something else. */
export const readCoordinates = (text: string): Coordinates | undefined => {
  const match = /^(.+):(\d+):(\d+)$/.exec(text);
  if (match === null) return undefined;
  const [, topic = '', partition, offset] = match;
  return { topic, partition: Number(partition), offset: Number(offset) };
};

/** Where a record first entered Kafka: what its header says, else where it stands. A copy: state may keep it without keeping the record. */
export const provenanceOf = (record: LogRecord): Coordinates => {
  const header = headerOf(record.headers, headerNames.provenance);
  const first = header === undefined ? undefined : readCoordinates(header.toString());
  return first ?? { topic: record.topic, partition: record.partition, offset: record.offset };
};
