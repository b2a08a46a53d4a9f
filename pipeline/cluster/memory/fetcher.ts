import { MillraceError } from '../../core/errors.ts';
import type { Isolation, LogRecord, TopicPartition } from '../../core/ports/cluster.ts';
import { partitionKey } from '../partition-key.ts';
import type { Broker } from './broker.ts';

interface Fetched extends TopicPartition {
  /** Where to go on; unknown until it was sought or looked up. */
  offset: number | undefined;
  paused: boolean;
}

/** How a fetcher reads, and where it begins in a partition that was not sought: `undefined` when that is not known yet. */
export interface FetcherOptions {
  readonly broker: Broker;
  readonly isolation: Isolation;
  readonly start: (partition: TopicPartition) => number | undefined;
}

/** Reads partitions in turn and knows where it stands in each. */
export class Fetcher {
  readonly #options: FetcherOptions;
  readonly #partitions = new Map<string, Fetched>();
  #turn = 0;

  constructor(options: FetcherOptions) {
    this.#options = options;
  }

  add(partitions: ReadonlyArray<TopicPartition>): void {
    for (const { topic, partition } of partitions) {
      this.#partitions.set(partitionKey({ topic, partition }), { topic, partition, offset: undefined, paused: false });
    }
  }

  remove(partitions: ReadonlyArray<TopicPartition>): void {
    for (const partition of partitions) this.#partitions.delete(partitionKey(partition));
  }

  clear(): void {
    this.#partitions.clear();
  }

  get partitions(): ReadonlyArray<TopicPartition> {
    return [...this.#partitions.values()].map(({ topic, partition }) => ({ topic, partition }));
  }

  /** Partitions that are not read here are passed over, here and below. */
  seek(offsets: ReadonlyArray<TopicPartition & { readonly offset: number }>): void {
    for (const to of offsets) {
      const fetched = this.#partitions.get(partitionKey(to));
      if (fetched !== undefined) fetched.offset = to.offset;
    }
  }

  pause(partitions: ReadonlyArray<TopicPartition>, paused: boolean): void {
    for (const partition of partitions) {
      const fetched = this.#partitions.get(partitionKey(partition));
      if (fetched !== undefined) fetched.paused = paused;
    }
  }

  position(partition: TopicPartition): number | undefined {
    return this.#partitions.get(partitionKey(partition))?.offset;
  }

  /** Up to `max` records; each call begins with the next partition. Throws `offset_out_of_range`. */
  fetch(max: number): LogRecord[] {
    const records: LogRecord[] = [];
    const into = { records, max };
    const all = [...this.#partitions.values()];
    this.#turn += 1;
    for (let index = 0; index < all.length; index += 1) {
      const fetched = all[(index + this.#turn) % all.length];
      if (fetched !== undefined && !fetched.paused) this.#read(fetched, into);
    }
    return records;
  }

  #read(fetched: Fetched, into: { readonly records: LogRecord[]; readonly max: number }): void {
    const { broker, isolation, start } = this.#options;
    fetched.offset ??= start(fetched);
    if (fetched.offset === undefined) return;
    const log = broker.log(fetched);
    if (fetched.offset < log.low || fetched.offset > log.high('uncommitted')) throw outOfRange(fetched, log.low);
    fetched.offset = log.read(fetched.offset, isolation, into);
  }
}

const outOfRange = ({ topic, partition, offset }: Fetched, low: number): MillraceError => {
  const gap = low - (offset ?? 0);
  const what = gap > 0 ? `${gap} records before the start of the log at ${low} are gone` : 'the log ends before it';
  return new MillraceError('offset_out_of_range', `Offset ${offset ?? 0} of '${topic}' [${partition}] is not in the log: ${what}.`);
};
