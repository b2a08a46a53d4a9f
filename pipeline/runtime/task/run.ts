import type { LogRecord } from '../../core/ports/cluster.ts';
import { markerOf, type WriterMarker } from '../clock/writer-marker.ts';
import type { Decoded, EntryReader, Unreadable } from './entry-reader.ts';

/** What was decoded of the head of a partition: a run of records, or one marker of an upstream task. */
export interface Run {
  /** Records of the log that it stands for. */
  readonly count: number;
  /** Event time of its first readable record, ms; -Infinity for a marker, which goes first. */
  readonly headTime: number;
  readonly records: ReadonlyArray<Decoded>;
  readonly refused: ReadonlyArray<readonly [record: LogRecord, why: Unreadable]>;
  readonly marker: WriterMarker | undefined;
}

const markerRun = (marker: WriterMarker): Run => ({ count: 1, headTime: Number.NEGATIVE_INFINITY, records: [], refused: [], marker });

/** Decodes the head of a partition up to the first marker. `raw` is not empty; its schema ids have been learnt. */
export const runOf = (raw: ReadonlyArray<LogRecord>, reader: EntryReader): Run => {
  const records: Decoded[] = [];
  const refused: (readonly [LogRecord, Unreadable])[] = [];
  let count = 0;
  for (const record of raw) {
    const marker = record.value === null ? markerOf(record) : undefined;
    if (marker !== undefined) {
      if (count === 0) return markerRun(marker);
      break;
    }
    const read = reader.read(record);
    if ('rule' in read) refused.push([record, read]);
    else records.push(read);
    count += 1;
  }
  return { count, headTime: records[0]?.time ?? Number.NEGATIVE_INFINITY, records, refused, marker: undefined };
};
