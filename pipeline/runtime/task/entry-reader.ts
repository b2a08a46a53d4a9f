import type { StreamRecord } from '../../core/chunk.ts';
import { MillraceError, messageOf } from '../../core/errors.ts';
import type { LogRecord } from '../../core/ports/cluster.ts';
import type { WireDecoder } from '../../core/ports/wire.ts';
import { beginning, earliestEventTime } from '../../core/time.ts';
import { provenanceOf } from '../headers.ts';

/** A record of the log that could be read. `asOf` is not set yet: the task stamps it when it feeds the record. */
export type Decoded = { -readonly [P in keyof StreamRecord<unknown>]: StreamRecord<unknown>[P] };

/** A record of the log that could not, and why. */
export interface Unreadable {
  readonly rule: string;
  readonly detail: string;
}

/** What the runtime needs to know to read an entry's topic. */
export interface EntrySpec {
  readonly decoder: WireDecoder<unknown>;
  /** The event time of a value in ms; undefined where there is none. Absent: Kafka's timestamp is the event time. */
  readonly timeOf: ((value: unknown) => number | undefined) | undefined;
  /** Whether others than this topology write the topic: its times are then checked against Kafka's timestamps. */
  readonly external: boolean;
}

const minute = 60_000;

const timeProblem = (time: number | undefined, record: LogRecord, external: boolean): string | undefined => {
  if (time === undefined || Number.isNaN(time)) return 'the event time is missing';
  if (time < earliestEventTime) return `the event time ${time} ms is before the year 2000`;
  if (external && time > record.timestamp + minute)
    return `the event time ${time} ms is over a minute past the record's Kafka timestamp ${record.timestamp} ms`;
  return undefined;
};

/** What a decoder throws of bytes that it cannot read; anything else is a defect. */
const unreadable = (error: unknown): Unreadable => {
  if (error instanceof MillraceError && error.action === 'reject') return { rule: error.code, detail: messageOf(error) };
  throw error;
};

const keyText = (key: Buffer | null): string => (key === null ? '' : key.toString('utf8'));

/** Reads values of an entry's topic: decodes, takes the event time and the provenance. Synchronous; schema ids must have been learnt. */
export class EntryReader {
  readonly #spec: EntrySpec;

  constructor(spec: EntrySpec) {
    this.#spec = spec;
  }

  read(record: LogRecord): Decoded | Unreadable {
    if (record.value === null) return { rule: 'not_decodable', detail: 'the record has no value' };
    let value: unknown;
    try {
      value = this.#spec.decoder.decode(record.value);
    } catch (error) {
      return unreadable(error);
    }
    const time = this.#spec.timeOf === undefined ? record.timestamp : this.#spec.timeOf(value);
    const problem = timeProblem(time, record, this.#spec.external);
    if (problem !== undefined) return { rule: 'bad_time', detail: problem };
    return {
      key: keyText(record.key),
      value,
      time: time ?? 0,
      asOf: beginning,
      provenance: provenanceOf(record),
      origin: record,
      asRead: value,
    };
  }

  /** The schema ids among these records that have to be learnt before they can be read. */
  unknownIds(records: ReadonlyArray<LogRecord>): ReadonlySet<number> {
    const ids = new Set<number>();
    for (const record of records) {
      const id = record.value === null ? undefined : this.#spec.decoder.unknownId(record.value);
      if (id !== undefined) ids.add(id);
    }
    return ids;
  }

  learn(id: number): Promise<void> {
    return this.#spec.decoder.learn(id);
  }
}
