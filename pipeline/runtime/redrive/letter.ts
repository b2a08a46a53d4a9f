import type { Coordinates } from '../../core/chunk.ts';
import type { LogRecord } from '../../core/ports/cluster.ts';
import { headerNames, headerOf } from '../headers.ts';
import { type Aim, aimOf } from './aim.ts';

/** A dead letter as its headers describe it. */
export interface Letter {
  /** Where it lies. */
  readonly at: Coordinates;
  /** When it was written, ms since the epoch. */
  readonly writtenAt: number;
  readonly node: string;
  readonly rule: string;
  readonly detail: string;
  /** How often the record has been refused by now. */
  readonly attempts: number;
  /** Where the record was read that was refused; undefined if the headers do not say. */
  readonly refused: Coordinates | undefined;
  /** Where it first entered Kafka, as `topic:partition:offset`. */
  readonly provenance: string;
  /** Kafka's timestamp of the record that was refused, ms; undefined in letters of versions before 0.2. */
  readonly timestamp: number | undefined;
  /** Where the record had been redriven to, if it had been. */
  readonly aim: Aim | undefined;
  readonly record: LogRecord;
}

const numberIn = (text: string): number | undefined => (/^\d+$/.test(text) ? Number(text) : undefined);

/** Reads a record of a dead letter. Headers that are missing give empty texts: whoever sends it back looks. */
export const letterOf = (record: LogRecord): Letter => {
  const text = (name: string): string => headerOf(record.headers, name)?.toString() ?? '';
  const topic = text('__streams.errors.topic');
  const [partition, offset] = [numberIn(text('__streams.errors.partition')), numberIn(text('__streams.errors.offset'))];
  return {
    at: { topic: record.topic, partition: record.partition, offset: record.offset },
    writtenAt: record.timestamp,
    node: text(headerNames.node),
    rule: text(headerNames.rule),
    detail: text('__streams.errors.message'),
    attempts: numberIn(text(headerNames.attempts)) ?? 1,
    refused: topic === '' || partition === undefined || offset === undefined ? undefined : { topic, partition, offset },
    provenance: text(headerNames.provenance),
    timestamp: numberIn(text(headerNames.timestamp)),
    aim: aimOf(record.headers),
    record,
  };
};
