import { originText, writeCoordinates } from '../../pipeline/runtime/headers.ts';
import type { Cluster, LogRecord, Reader } from '../../pipeline/core/ports/cluster.ts';
import { wallNow } from './wall-now.ts';

/** A record as a committed reader saw it. */
export interface Arrival {
  /** When the client got it, ms. */
  readonly at: number;
  /** When it was written, by Kafka's timestamp, ms. */
  readonly written: number;
}

/** `topic:partition:offset` of where a record first entered Kafka: what its header says, else where it stands. */
const placeOf = (record: LogRecord): string => originText(record) || writeCoordinates(record);

/** Reads topics as a subscriber with read_committed does, and notes when each record came. */
export class Arrivals {
  /** By the place at which the record, or what it was made of, entered Kafka. A second one of the same place counts as `repeated`. */
  readonly seen = new Map<string, Arrival>();
  repeated = 0;
  readonly #reader: Reader;
  #isOver = false;
  #reading: Promise<void> = Promise.resolve();

  private constructor(reader: Reader) {
    this.#reader = reader;
  }

  static async open(cluster: Cluster, topics: ReadonlyArray<string>, partitions: number): Promise<Arrivals> {
    const reader = await cluster.reader('committed');
    const places = topics.flatMap((topic) => Array.from({ length: partitions }, (_, partition) => ({ topic, partition, offset: 0 })));
    await reader.assign(places);
    const arrivals = new Arrivals(reader);
    arrivals.#reading = arrivals.#read();
    return arrivals;
  }

  /** Forgets what has come so far. */
  forget(): void {
    this.seen.clear();
    this.repeated = 0;
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await this.#reading;
    await this.#reader.close();
  }

  async #read(): Promise<void> {
    while (!this.#isOver) {
      const records = await this.#reader.poll(10_000, 50);
      const at = wallNow();
      for (const record of records) this.#take(placeOf(record), { at, written: record.timestamp });
    }
  }

  #take(place: string, arrival: Arrival): void {
    if (this.seen.has(place)) this.repeated += 1;
    else this.seen.set(place, arrival);
  }
}
