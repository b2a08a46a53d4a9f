import type { BroadcastNode } from '../core/graph.ts';
import type { BroadcastView } from '../core/operator.ts';
import type { Cluster, LogRecord, Reader, TopicPartition } from '../core/ports/cluster.ts';
import type { Wire, WireDecoder } from '../core/ports/wire.ts';

const pollRecords = 5_000;
const pollMs = 50;

/**
 * All of a small keyed topic, held in memory and followed. A later record of a key replaces the earlier one; a tombstone ends it.
 *
 * Records that cannot be decoded are left out: the rows that they would replace stay.
 */
export class BroadcastTable implements BroadcastView<unknown> {
  readonly #topic: string;
  readonly #reader: Reader;
  readonly #decoder: WireDecoder<unknown>;
  readonly #rows = new Map<string, unknown>();
  readonly #offsets = new Map<number, number>();

  private constructor(topic: string, reader: Reader, decoder: WireDecoder<unknown>) {
    this.#topic = topic;
    this.#reader = reader;
    this.#decoder = decoder;
  }

  /** Reads the topic up to the end that it has now. */
  static async load(
    node: BroadcastNode,
    deps: { readonly cluster: Cluster; readonly wire: Wire; readonly partitions: number },
  ): Promise<BroadcastTable> {
    const reader = await deps.cluster.reader('committed');
    const table = new BroadcastTable(node.topic.name, reader, deps.wire.decoder(node.topic.type));
    const places = Array.from({ length: deps.partitions }, (_, partition) => ({ topic: node.topic.name, partition }));
    await table.#readToEnd(places);
    return table;
  }

  get(key: string): unknown {
    return this.#rows.get(key);
  }

  version(): string {
    return [...this.#offsets]
      .sort(([a], [b]) => a - b)
      .map(([partition, offset]) => `${this.#topic}:${partition}:${offset}`)
      .join(',');
  }

  /** Takes in what has been written since, without waiting. */
  async refresh(): Promise<void> {
    await this.#take(await this.#reader.poll(pollRecords, 0));
  }

  close(): Promise<void> {
    return this.#reader.close();
  }

  async #readToEnd(places: ReadonlyArray<TopicPartition>): Promise<void> {
    const ends = new Map<TopicPartition, number>();
    for (const place of places) {
      const { low, high } = await this.#reader.watermarks(place, 'committed');
      if (high > low) ends.set(place, high);
    }
    await this.#reader.assign(places.map((place) => ({ ...place, offset: 0 })));
    while ([...ends].some(([place, end]) => (this.#reader.position(place) ?? 0) < end)) {
      await this.#take(await this.#reader.poll(pollRecords, pollMs));
    }
  }

  async #take(records: ReadonlyArray<LogRecord>): Promise<void> {
    for (const record of records) {
      this.#offsets.set(record.partition, record.offset + 1);
      if (record.key === null) continue;
      const key = record.key.toString('utf8');
      if (record.value === null) this.#rows.delete(key);
      else await this.#put(key, record.value);
    }
  }

  async #put(key: string, bytes: Buffer): Promise<void> {
    const id = this.#decoder.unknownId(bytes);
    if (id !== undefined) await this.#decoder.learn(id);
    try {
      this.#rows.set(key, this.#decoder.decode(bytes));
    } catch {
      // What cannot be read replaces nothing; the row that is there stays, as the contract of the class says.
    }
  }
}
