import { contentHash } from '../../core/content-hash.ts';
import { pathReader, keyPart } from '../../core/key.ts';
import type { LogRecord } from '../../core/ports/cluster.ts';
import type { Wire } from '../../core/ports/wire.ts';
import { headerNames, headerOf, originText, readCoordinates } from '../headers.ts';
import type { Identity } from './identity.ts';
import { type PartitionRange, placeKey } from './replay-range.ts';

/** A record as it is compared. `value` is undefined for a tombstone, `isOpen` says that no result has been told yet. */
export interface Identified {
  readonly id: string;
  readonly value: unknown;
  readonly hash: number;
  readonly isOpen: boolean;
}

/** Reads the records of one output, in the order of the log. Undefined: it comes from outside the ranges. */
export interface OutputReader {
  /** To be called before `read` with the records to come. */
  prepare(records: ReadonlyArray<LogRecord>): Promise<void>;
  read(record: LogRecord): Identified | undefined;
}

/** Whether a record was made of one that lies in the ranges. */
const withinRanges = (ranges: ReadonlyArray<PartitionRange>): ((record: LogRecord) => boolean) => {
  const byPlace = new Map(ranges.map((range) => [placeKey(range), range]));
  return ({ headers }) => {
    const first = readCoordinates(headerOf(headers, headerNames.provenance)?.toString() ?? '');
    const range = first === undefined ? undefined : byPlace.get(placeKey(first));
    return first !== undefined && range !== undefined && first.offset >= range.from && first.offset < range.to;
  };
};

const textOf = (record: LogRecord, header: string): string => headerOf(record.headers, header)?.toString() ?? '';

/** Where nothing in a record tells it apart: its key, where it comes from, and which one it is of those that come from there. */
const byProvenance = (): ((record: LogRecord) => string) => {
  const seen = new Map<string, number>();
  return (record) => {
    const place = `${record.key?.toString() ?? ''}|${originText(record)}`;
    const count = (seen.get(place) ?? 0) + 1;
    seen.set(place, count);
    return `${place}#${count}`;
  };
};

const idOf = (by: ReadonlyArray<string>): ((value: unknown) => string) => {
  const readers = by.map(pathReader);
  return (value) => readers.map((read) => keyPart(read(value))).join('|');
};

const isOpen = (value: unknown): boolean => typeof value === 'object' && value !== null && 'final' in value && value.final === false;

/** A reader of an output that has a schema. One for each topic: it counts what it has read. */
export const outputReader = (wire: Wire, identity: Identity, ranges: ReadonlyArray<PartitionRange>): OutputReader => {
  const { type, by, except, hasFinal } = identity;
  const decoder = wire.decoder(type);
  const isWithin = withinRanges(ranges);
  const hashOf = contentHash(except);
  const ofRecord = byProvenance();
  const ofValue = by === 'provenance' ? undefined : idOf(by);
  return {
    prepare: async (records) => {
      for (const { value } of records) {
        const unknown = value === null ? undefined : decoder.unknownId(value);
        if (unknown !== undefined) await decoder.learn(unknown);
      }
    },
    read: (record) => {
      if (!isWithin(record)) return undefined;
      if (record.value === null) return { id: record.key?.toString() ?? '', value: undefined, hash: 0, isOpen: false };
      const value = decoder.decode(record.value);
      const id = ofValue === undefined ? ofRecord(record) : ofValue(value);
      return { id, value, hash: hashOf(value), isOpen: hasFinal && isOpen(value) };
    },
  };
};

/** A reader of a dead letter: which record was refused, by which node, under which rule. */
export const rejectReader = (ranges: ReadonlyArray<PartitionRange>): OutputReader => {
  const isWithin = withinRanges(ranges);
  const hashOf = contentHash();
  return {
    prepare: () => Promise.resolve(),
    read: (record) => {
      if (!isWithin(record)) return undefined;
      const node = textOf(record, headerNames.node);
      const value = { node, rule: textOf(record, headerNames.rule) };
      return { id: `${originText(record)}|${node}`, value, hash: hashOf(value), isOpen: false };
    },
  };
};
