import type { Coordinates } from '../core/chunk.ts';
import type { Headers, LogRecord } from '../core/ports/cluster.ts';

/** The headers that Millrace reads and writes. */
export const headerNames = {
  provenance: 'millrace.provenance',
  marker: 'millrace.marker',
  node: 'millrace.node',
  rule: 'millrace.rule',
  attempts: 'millrace.attempts',
  timestamp: 'millrace.timestamp',
  redrive: 'millrace.redrive',
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

/**
 * What goes into the header `provenance`: coordinates, and behind them the fingerprint of the topology that has written the record. One
 * header, since each costs as much as the rest of what the client does with a record. No topic has a colon in its name.
 */
export const writeProvenance = (coordinates: Coordinates, fingerprint: string): string => `${writeCoordinates(coordinates)}:${fingerprint}`;

/** Reads the coordinates that `writeCoordinates` or `writeProvenance` wrote; undefined if it is something else. */
export const readCoordinates = (text: string): Coordinates | undefined => {
  const match = /^([^:]+):(\d+):(\d+)(?::\w+)?$/.exec(text);
  if (match === null) return undefined;
  const [, topic = '', partition, offset] = match;
  return { topic, partition: Number(partition), offset: Number(offset) };
};

/** The coordinates in a record's header as text, `topic:partition:offset`; empty if it has none. */
export const originText = ({ headers }: Pick<LogRecord, 'headers'>): string => {
  const origin = readCoordinates(headerOf(headers, headerNames.provenance)?.toString() ?? '');
  return origin === undefined ? '' : writeCoordinates(origin);
};

/** Where a record first entered Kafka: what its header says, else where it stands. A copy: state may keep it without keeping the record. */
export const provenanceOf = (record: LogRecord): Coordinates => {
  const header = headerOf(record.headers, headerNames.provenance);
  const first = header === undefined ? undefined : readCoordinates(header.toString());
  return first ?? { topic: record.topic, partition: record.partition, offset: record.offset };
};
