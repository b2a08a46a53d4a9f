import type { Cluster, LogRecord, Reader } from '../../pipeline/core/ports/cluster.ts';
import { minuteSumType, partitions } from './job.ts';

const headerSize = 5;

/** How many records the last row of each model and minute accounts for. */
export class Tally {
  readonly #counts = new Map<string, number>();
  #sum = 0;

  take({ value }: Pick<LogRecord, 'value'>): void {
    if (value === null) return;
    const { model, start, n } = minuteSumType.decode(value.subarray(headerSize));
    const key = `${model}|${start}`;
    this.#sum += n - (this.#counts.get(key) ?? 0);
    this.#counts.set(key, n);
  }

  get sum(): number {
    return this.#sum;
  }
}

/** Watches the sums that a program writes, as a committed reader sees them. */
export class SumsWatch {
  readonly #reader: Reader;
  readonly #tally = new Tally();

  private constructor(reader: Reader) {
    this.#reader = reader;
  }

  static async open(cluster: Cluster, topic: string): Promise<SumsWatch> {
    const reader = await cluster.reader('committed');
    await reader.assign(Array.from({ length: partitions }, (_, partition) => ({ topic, partition, offset: 0 })));
    return new SumsWatch(reader);
  }

  /**
   * Resolves to the time by `performance.now()` at which all `valid` records are in committed sums. What a program forwards is committed no
   * later than what it counts, so all is there then. Throws if `isOver` becomes true before, or if more is counted than there was.
   */
  async complete(valid: number, isOver: () => boolean): Promise<number> {
    while (this.#tally.sum < valid) {
      if (isOver()) throw new Error(`the program ended when it had counted ${this.#tally.sum} of ${valid} records`);
      for (const record of await this.#reader.poll(10_000, 100)) this.#tally.take(record);
    }
    if (this.#tally.sum > valid) throw new Error(`the program counted ${this.#tally.sum} records, but there are ${valid}`);
    return performance.now();
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}
