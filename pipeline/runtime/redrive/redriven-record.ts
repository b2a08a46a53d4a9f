import type { NewHeaders, NewRecord } from '../../core/ports/cluster.ts';
import { headerNames } from '../headers.ts';
import { writeAim } from './aim.ts';
import type { Letter } from './letter.ts';
import type { Way } from './verdict.ts';

const dropped: ReadonlySet<string> = new Set([headerNames.node, headerNames.rule, headerNames.timestamp, headerNames.redrive]);

/** The record's own headers, its attempts and its provenance; what tells of the refusal stays behind. */
const keptOf = ({ record }: Letter): NewHeaders =>
  (record.headers ?? []).filter((header) => !Object.keys(header).some((name) => name.startsWith('__streams.errors.') || dropped.has(name)));

/**
 * The record of a letter as it is sent back: its key, bytes and headers, with where it is led to. The key chooses the partition, as it does
 * for every record. Kafka's timestamp is new, so that retention and the check of event times go by today, unless it is the event time.
 */
export const redrivenRecord = (topology: string, letter: Letter, { topic, node, keepsTime }: Way): NewRecord => {
  const { record, at, refused, timestamp, writtenAt } = letter;
  return {
    topic,
    key: record.key,
    value: record.value,
    headers: [...keptOf(letter), { [headerNames.redrive]: writeAim({ topology, node, letter: at }) }],
    ...(record.key === null ? { partition: refused?.partition } : {}),
    ...(keepsTime ? { timestamp: timestamp ?? writtenAt } : {}),
  };
};
