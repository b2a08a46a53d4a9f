import type { Isolation, LogRecord, Reader, TopicPartition, Watermarks } from '../../core/ports/cluster.ts';
import { Fetcher } from './fetcher.ts';
import type { Session } from './session.ts';
import { watermarksOf } from './watermarks-of.ts';

/** A reader of chosen partitions of a memory cluster. */
export class MemoryReader implements Reader {
  readonly #session: Session;
  readonly #fetcher: Fetcher;

  constructor(session: Session, isolation: Isolation) {
    this.#session = session;
    this.#fetcher = new Fetcher({ broker: session.broker, isolation, start: () => undefined });
  }

  assign(offsets: ReadonlyArray<TopicPartition & { readonly offset: number }>): Promise<void> {
    this.#fetcher.clear();
    this.#fetcher.add(offsets);
    this.#fetcher.seek(offsets);
    return Promise.resolve();
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
        await broker.nap(left);
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
