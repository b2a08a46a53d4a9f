import type { Admin, Cluster, LogRecord, Reader, TopicPartition } from '../../../pipeline/core/ports/cluster.ts';
import type { Wire } from '../../../pipeline/core/ports/wire.ts';
import type { Topic } from '../../../pipeline/core/topic.ts';

/** One topic that is followed: how its records are taken in. */
export interface Followed {
  readonly topic: string;
  readonly take: (record: LogRecord) => Promise<void> | void;
}

/** Follows a topic of values; a tombstone comes as undefined. */
export const following = <T>(wire: Wire, topic: Topic<T>, take: (value: T | undefined, record: LogRecord) => void): Followed => {
  const decoder = wire.decoder(topic.type);
  return {
    topic: topic.name,
    take: async (record) => {
      if (record.value === null) {
        take(undefined, record);
        return;
      }
      const id = decoder.unknownId(record.value);
      if (id !== undefined) await decoder.learn(id);
      take(decoder.decode(record.value), record);
    },
  };
};

const pollRecords = 5_000;
const pollMs = 100;

/** Reads everything that is committed in some topics, from their beginning on and as it comes. */
export class Collector {
  readonly #reader: Reader;
  readonly #admin: Admin;
  readonly #places: ReadonlyArray<TopicPartition>;
  readonly #takers: ReadonlyMap<string, Followed['take']>;
  readonly #ended: Promise<void>;
  #isStopping = false;
  #failure: unknown;

  private constructor(reader: Reader, admin: Admin, followed: { places: ReadonlyArray<TopicPartition>; all: ReadonlyArray<Followed> }) {
    this.#reader = reader;
    this.#admin = admin;
    this.#places = followed.places;
    this.#takers = new Map(followed.all.map(({ topic, take }) => [topic, take]));
    this.#ended = this.#follow().catch((error: unknown) => {
      this.#failure = error;
    });
  }

  static async start(cluster: Cluster, all: ReadonlyArray<Followed>): Promise<Collector> {
    const admin = await cluster.admin();
    const counts = await admin.partitions(all.map(({ topic }) => topic));
    const places = all.flatMap(({ topic }) => Array.from({ length: counts.get(topic) ?? 0 }, (_, partition) => ({ topic, partition })));
    const reader = await cluster.reader('committed');
    await reader.assign(places.map((place) => ({ ...place, offset: 0 })));
    return new Collector(reader, admin, { places, all });
  }

  /** How many records there are that it has not read. Throws what has ended it. */
  async behind(): Promise<number> {
    if (this.#failure instanceof Error) throw this.#failure;
    let behind = 0;
    for (const place of this.#places) {
      const { low, high } = await this.#admin.watermarks(place, 'committed');
      behind += Math.max(0, high - Math.max(this.#reader.position(place) ?? 0, high === low ? high : 0));
    }
    return behind;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#ended;
    await this.#reader.close();
    await this.#admin.close();
  }

  async #follow(): Promise<void> {
    while (!this.#isStopping) {
      for (const record of await this.#reader.poll(pollRecords, pollMs)) await this.#takers.get(record.topic)?.(record);
    }
  }
}
