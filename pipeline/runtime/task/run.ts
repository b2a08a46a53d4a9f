import type { LogRecord } from '../../core/ports/cluster.ts';
import { markerOf, type WriterMarker } from '../clock/writer-marker.ts';
import { type Aim, aimOf } from '../redrive/aim.ts';
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
  /** The records that were redriven, each with where to; undefined if none was. */
  readonly aims?: ReadonlyMap<unknown, Aim>;
}

const markerRun = (marker: WriterMarker): Run => ({ count: 1, headTime: Number.NEGATIVE_INFINITY, records: [], refused: [], marker });

const markerIn = (record: LogRecord | undefined): WriterMarker | undefined => (record?.value === null ? markerOf(record) : undefined);

/** The records up to the first marker. */
const beforeMarker = (raw: ReadonlyArray<LogRecord>): ReadonlyArray<LogRecord> => {
  const marker = raw.findIndex((record) => markerIn(record) !== undefined);
  return marker < 0 ? raw : raw.slice(0, marker);
};

/** Where a record was redriven to; most have no headers to look at. */
const aimIn = ({ headers }: LogRecord): Aim | undefined => (headers === undefined ? undefined : aimOf(headers));

const headTimeOf = ([first]: ReadonlyArray<Decoded>): number => first?.time ?? Number.NEGATIVE_INFINITY;

/**
 * Decodes the head of a partition up to the first marker. `raw` is not empty; its schema ids have been learnt. What was redriven for another
 * topology than this one is passed over: it has had the record.
 */
export const runOf = (raw: ReadonlyArray<LogRecord>, reader: EntryReader, topology: string): Run => {
  const marker = markerIn(raw[0]);
  if (marker !== undefined) return markerRun(marker);
  const head = beforeMarker(raw);
  const records: Decoded[] = [];
  const refused: (readonly [LogRecord, Unreadable])[] = [];
  const aims = new Map<unknown, Aim>();
  for (const record of head) {
    const aim = aimIn(record);
    if (aim !== undefined && aim.topology !== topology) continue;
    const read = reader.read(record);
    if ('rule' in read) refused.push([record, read]);
    else records.push(read);
    if (aim !== undefined) aims.set(read, aim);
  }
  return { count: head.length, headTime: headTimeOf(records), records, refused, marker: undefined, ...(aims.size === 0 ? {} : { aims }) };
};
