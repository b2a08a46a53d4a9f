import type { Endpoint } from '../../core/endpoint.ts';
import type { Topology } from '../../core/graph.ts';
import { internalTopic } from '../../core/internal-topics.ts';
import { keyReader } from '../../core/key.ts';
import type { Headers, LogRecord, PlainProducer } from '../../core/ports/cluster.ts';
import type { Wire } from '../../core/ports/wire.ts';
import type { Table } from '../../core/table.ts';
import type { Topic } from '../../core/topic.ts';
import type { MemoryCluster } from '../../cluster/memory/memory-cluster.ts';
import type { Runner } from '../../runtime/runner.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { type DriveReject, readTopic, rejectOf } from './read-topic.ts';

/** A record that a topology has written. `value` is undefined for a tombstone. */
export interface Written<T> {
  readonly key: string;
  readonly value: T | undefined;
  readonly partition: number;
  readonly offset: number;
}

/** What a driver stands on. */
export interface DriverParts {
  readonly topology: Topology;
  readonly cluster: MemoryCluster;
  readonly clock: VirtualClock;
  readonly wire: Wire;
  readonly producer: PlainProducer;
  /** Starts the process of that number. */
  readonly start: (process: number) => Promise<Runner>;
}

const quietRounds = 3;
const mostRounds = 100_000;
/** Virtual ms that pass when all wait for something that takes time, such as a restore. */
const waitMs = 10;

/**
 * A topology that runs in memory and in virtual time, for tests: feed records, let time pass, read what came of it.
 *
 * Every method that runs the topology returns once it has nothing left to do and all of it is committed.
 */
export class Driver {
  readonly #parts: DriverParts;
  #processes: Runner[];

  constructor(parts: DriverParts, processes: ReadonlyArray<Runner>) {
    this.#parts = parts;
    this.#processes = [...processes];
  }

  /** Writes values to a topic, in order, and runs the topology. */
  async send<T>(topic: Topic<T>, ...values: ReadonlyArray<T>): Promise<void> {
    await this.put(topic, ...values);
    await this.run();
  }

  /** Writes values to a topic without running the topology. */
  async put<T>(topic: Topic<T>, ...values: ReadonlyArray<T>): Promise<void> {
    const encode = await this.#parts.wire.encoder(topic.name, topic.type);
    const keyOf = keyReader(topic.key);
    const timeOf = topic.time === undefined ? undefined : topic.type.timeAt(topic.time);
    const now = this.#parts.clock.now();
    for (const value of values) {
      const timestamp = Math.max(now, timeOf?.(value) ?? now);
      await this.#parts.producer.send({ topic: topic.name, key: Buffer.from(keyOf(value)), value: encode(value), timestamp });
    }
  }

  /** Writes bytes as they are to a topic and runs the topology: for what is broken. */
  async sendBytes(
    topic: { readonly name: string },
    record: { readonly key: Buffer | null; readonly value: Buffer | null; readonly headers?: Headers },
  ): Promise<void> {
    await this.#parts.producer.send({ topic: topic.name, ...record });
    await this.run();
  }

  /** Runs until nothing is left to be read, fed or committed. */
  async run(): Promise<void> {
    let quiet = 0;
    for (let round = 0; quiet < quietRounds; round += 1) {
      if (round > mostRounds) throw new Error('the topology does not come to rest: does it write to a topic that it reads?');
      const fed = await this.#round();
      const isQuiet = fed === 0 && this.#processes.every((runner) => runner.isDrained);
      quiet = isQuiet ? quiet + 1 : 0;
      if (fed === 0 && !isQuiet) await this.#parts.clock.advance(waitMs);
    }
  }

  /** Lets wall-clock time pass, e.g. for quiet partitions to be noticed, and runs the topology. Event time moves with records only. */
  async advance(ms: number): Promise<void> {
    await this.#parts.clock.advance(ms);
    await this.run();
  }

  /** All that is committed in a topic, by partition and offset. */
  async read<T>(topic: Topic<T>): Promise<ReadonlyArray<Written<T>>> {
    return this.#decoded(topic, await this.#records(topic.name));
  }

  /** The values that are committed in a topic, tombstones left out. */
  async values<T>(topic: Topic<T>): Promise<ReadonlyArray<T>> {
    return (await this.read(topic)).flatMap(({ value }) => (value === undefined ? [] : [value]));
  }

  /** The rows that the sink of a table or an endpoint has been given, in the order of the delivery topic. */
  async rows<T>(sink: string, outside: Table<T> | Endpoint<T>): Promise<ReadonlyArray<T>> {
    const records = await this.#records(internalTopic(this.#parts.topology.name, sink, 'delivery'));
    return (await this.#decoded(outside, records)).flatMap(({ value }) => (value === undefined ? [] : [value]));
  }

  /** What was refused, by partition and offset of the dead letter. */
  async rejects(): Promise<ReadonlyArray<DriveReject>> {
    return (await this.#records(this.#parts.topology.deadLetter.name)).map(rejectOf);
  }

  /** The live state of a node, over all its tasks, by key. */
  state(node: string): ReadonlyMap<string, unknown> {
    const stores = this.#processes.flatMap((runner) => runner.tasks).flatMap((task) => task.nodes.stores.get(node) ?? []);
    return new Map(stores.flatMap((store) => [...store.scan('')]));
  }

  /** The lowest stream time of the tasks, ms; -Infinity before the first record. */
  get streamTime(): number {
    return Math.min(...this.#processes.flatMap((runner) => runner.tasks.map((task) => task.streamTime)));
  }

  /** Stops every process in order and starts it anew: state comes back from the changelogs. */
  async restart(): Promise<void> {
    const stopped = this.#processes;
    for (const runner of stopped) await this.#parts.clock.until(runner.close());
    this.#processes = [];
    for (const process of stopped.keys()) this.#processes.push(await this.#start(process));
    await this.run();
  }

  /** Ends the run. */
  async close(): Promise<void> {
    for (const runner of this.#processes) await this.#parts.clock.until(runner.close());
    await this.#parts.cluster.close();
  }

  #start(process: number): Promise<Runner> {
    return this.#parts.clock.until(this.#parts.start(process));
  }

  async #round(): Promise<number> {
    let fed = 0;
    for (const runner of this.#processes) {
      fed += await this.#parts.clock.until(runner.step(0));
      if (fed === 0) await this.#parts.clock.until(runner.commitNow());
    }
    return fed;
  }

  #records(topic: string): Promise<ReadonlyArray<LogRecord>> {
    return this.#parts.clock.until(readTopic(this.#parts.cluster, topic));
  }

  async #decoded<T>(of: { readonly type: Topic<T>['type'] }, records: ReadonlyArray<LogRecord>): Promise<ReadonlyArray<Written<T>>> {
    const decoder = this.#parts.wire.decoder(of.type);
    const written: Written<T>[] = [];
    for (const { key, value, partition, offset } of records) {
      const id = value === null ? undefined : decoder.unknownId(value);
      if (id !== undefined) await decoder.learn(id);
      written.push({ key: key?.toString() ?? '', value: value === null ? undefined : decoder.decode(value), partition, offset });
    }
    return written;
  }
}
