import type { StreamRecord } from '../core/chunk.ts';
import type { Headers, LogRecord, NewRecord } from '../core/ports/cluster.ts';
import { headerNames, headerOf, provenanceOf, writeCoordinates } from './headers.ts';

/** Why and where a record was refused. */
export interface Refusal {
  readonly node: string;
  readonly rule: string;
  readonly detail: string;
}

const maxDetail = 1_000;

const text = (value: string): Buffer => Buffer.from(value, 'utf8');

const attemptsOf = (record: LogRecord): number => Number(headerOf(record.headers, headerNames.attempts)?.toString() ?? 0) + 1;

/** Kafka Streams' headers of KIP-1034, then ours. */
const refusalHeaders = (record: LogRecord, { node, rule, detail }: Refusal): Headers => [
  { '__streams.errors.exception': text(rule) },
  { '__streams.errors.message': text(detail.slice(0, maxDetail)) },
  { '__streams.errors.stacktrace': text('') },
  { '__streams.errors.topic': text(record.topic) },
  { '__streams.errors.partition': text(String(record.partition)) },
  { '__streams.errors.offset': text(String(record.offset)) },
  { [headerNames.node]: text(node) },
  { [headerNames.rule]: text(rule) },
  { [headerNames.attempts]: text(String(attemptsOf(record))) },
  { [headerNames.provenance]: text(writeCoordinates(provenanceOf(record))) },
  { [headerNames.timestamp]: text(String(record.timestamp)) },
];

const ours: ReadonlySet<string> = new Set(
  (['node', 'rule', 'attempts', 'provenance', 'timestamp'] as const).map((name) => headerNames[name]),
);

const isOurs = (header: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(header).some((name) => name.startsWith('__streams.errors.') || ours.has(name));

/**
 * The dead letter of a record as the consumer read it: key, value bytes and headers are kept, and the reason stands in added headers.
 *
 * Headers of an earlier refusal are replaced, but for the count of attempts, which goes on.
 */
export const deadLetterOf = (topic: string, record: LogRecord, refusal: Refusal): NewRecord & { readonly headers: Headers } => ({
  topic,
  key: record.key,
  value: record.value,
  headers: [...(record.headers ?? []).filter((header) => !isOurs(header)), ...refusalHeaders(record, refusal)],
});

/** The record to be refused: what the consumer read, or for a record that was made from several a stand-in that names its provenance. */
export const originOf = (record: StreamRecord<unknown>): LogRecord =>
  record.origin ?? {
    topic: record.provenance.topic,
    partition: record.provenance.partition,
    offset: record.provenance.offset,
    key: text(record.key),
    value: null,
    timestamp: record.time,
  };
