import type { Isolation, LogRecord, Reader, TopicPartition, Watermarks } from '../../core/ports/cluster.ts';
import { Fetcher } from './fetcher.ts';
import type { Session } from './session.ts';
import { watermarksOf } from './watermarks-of.ts';

/** A reader of chosen partitions of a memory cluster. */
export class MemoryReader implements Reader {
  readonly #session: Session;
  readonly #fetcher: Fetcher;
  readonly #isolation: Isolation;

  constructor(session: Session, isolation: Isolation) {
    this.#session = session;
    this.#isolation = isolation;
    this.#fetcher = new Fetcher({ broker: session.broker, isolation, start: () => undefined });
  }

  async assign(offsets: ReadonlyArray<TopicPartition & { readonly offset: number }>): Promise<void> {
    await Promise.resolve();
    this.#session.check();
    const lows = new Map(offsets.map((at) => [at, this.#session.broker.log(at).low]));
    this.#fetcher.clear();
    this.#fetcher.add(offsets);
    this.#fetcher.seek(offsets.map((at) => ({ ...at, offset: at.offset === 0 ? (lows.get(at) ?? 0) : at.offset })));
  }

  poll(max: number, waitMs: number): Promise<ReadonlyArray<LogRecord>> {
    return this.#session.run('poll', '', async () => {
      const { broker } = this.#session;
      const end = broker.clock.monotonic() + waitMs;
      for (;;) {
        this.#session.check();
        const records = this.#fetcher.fetch(max);
        const left = end - broker.clock.monotonic();
        if (records.length > 0 || left <= 0) return records;
        await broker.nap(left, this.#isolation);
      }
    });
  }

  position(partition: TopicPartition): number | undefined {
    return this.#fetcher.position(partition);
  }

  watermarks(partition: TopicPartition, isolation: Isolation): Promise<Watermarks> {
    return watermarksOf(this.#session, partition, isolation);
  }

  close(): Promise<void> {
    this.#fetcher.clear();
    this.#session.made.remove(this);
    return Promise.resolve();
  }
}
