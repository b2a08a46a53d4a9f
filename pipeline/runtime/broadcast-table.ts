import { MillraceError, messageOf } from '../core/errors.ts';
import type { BroadcastNode } from '../core/graph.ts';
import type { BroadcastView } from '../core/operator.ts';
import type { Cluster, LogRecord, Reader, TopicPartition } from '../core/ports/cluster.ts';
import type { Log } from '../core/ports/log.ts';
import type { Meter } from '../core/ports/meter.ts';
import type { Wire, WireDecoder } from '../core/ports/wire.ts';

const pollRecords = 5_000;
const pollMs = 50;

/** The name of a table, and its topic. */
export type TableNode = Pick<BroadcastNode, 'name' | 'topic'>;

/** What a table is loaded with. */
export interface TableDeps {
  readonly cluster: Cluster;
  readonly wire: Wire;
  readonly meter: Meter;
  readonly log: Log;
  /** Names the topology in metrics. */
  readonly topology: string;
  /** How many the topic has. */
  readonly partitions: number;
}

/**
 * All of a small keyed topic, held in memory and followed. A later record of a key replaces the earlier one; a tombstone ends it.
 *
 * A record that cannot be decoded is counted as rejected and logged, and the row that it would replace stays.
 */
export class BroadcastTable implements BroadcastView<unknown> {
  readonly #topic: string;
  readonly #deps: TableDeps;
  readonly #node: string;
  readonly #reader: Reader;
  readonly #decoder: WireDecoder<unknown>;
  readonly #rows = new Map<string, unknown>();
  readonly #offsets = new Map<number, number>();
  /** Made when something was read: it is asked for with every chunk. */
  #version = '';

  private constructor({ name, topic }: TableNode, reader: Reader, deps: TableDeps) {
    this.#node = name;
    this.#topic = topic.name;
    this.#reader = reader;
    this.#deps = deps;
    this.#decoder = deps.wire.decoder(topic.type);
  }

  /** Reads the topic up to the end that it has now. */
  static async load(node: TableNode, deps: TableDeps): Promise<BroadcastTable> {
    const table = new BroadcastTable(node, await deps.cluster.reader('committed'), deps);
    const places = Array.from({ length: deps.partitions }, (_, partition) => ({ topic: node.topic.name, partition }));
    await table.#readToEnd(places);
    return table;
  }

  get(key: string): unknown {
    return this.#rows.get(key);
  }

  version(): string {
    return this.#version;
  }

  /** The next offset of each partition that anything was read of. */
  get offsets(): ReadonlyMap<number, number> {
    return this.#offsets;
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
      else await this.#put(key, record.value, record);
    }
    if (records.length > 0) this.#version = this.#place();
  }

  #place(): string {
    return [...this.#offsets]
      .sort(([a], [b]) => a - b)
      .map(([partition, offset]) => `${this.#topic}:${partition}:${offset}`)
      .join(',');
  }

  async #put(key: string, bytes: Buffer, place: LogRecord): Promise<void> {
    const id = this.#decoder.unknownId(bytes);
    if (id !== undefined) await this.#decoder.learn(id);
    try {
      this.#rows.set(key, this.#decoder.decode(bytes));
    } catch (error) {
      this.#refuse(place, error);
    }
  }

  #refuse({ topic, partition, offset }: LogRecord, error: unknown): void {
    const { meter, log, topology } = this.#deps;
    const rule = error instanceof MillraceError ? error.code : 'not_decodable';
    meter.count('records_rejected_total', { topology, node: this.#node, rule }, 1);
    log.warn({ place: `${topic}:${partition}:${offset}`, rule, error: messageOf(error) }, 'a row of a broadcast table is left as it was');
  }
}
