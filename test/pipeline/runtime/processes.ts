import { memoryRegistry } from '../../../pipeline/avro/memory-registry.ts';
import { createWire } from '../../../pipeline/avro/wire.ts';
import type { MemoryFaults } from '../../../pipeline/cluster/memory/faults.ts';
import { type MemoryCluster, memoryCluster } from '../../../pipeline/cluster/memory/memory-cluster.ts';
import type { Topology } from '../../../pipeline/core/graph.ts';
import { keyReader } from '../../../pipeline/core/key.ts';
import type { LogRecord } from '../../../pipeline/core/ports/cluster.ts';
import { noLog } from '../../../pipeline/core/ports/log.ts';
import { noMeter } from '../../../pipeline/core/ports/meter.ts';
import type { Topic } from '../../../pipeline/core/topic.ts';
import type { RunnerDeps } from '../../../pipeline/runtime/open-process.ts';
import { Runner } from '../../../pipeline/runtime/runner.ts';
import { defaultSettings, type RunnerSettings } from '../../../pipeline/runtime/settings.ts';
import { externalTopics } from '../../../pipeline/runtime/topic-plan.ts';
import { memoryStore } from '../../../pipeline/state/memory-store.ts';
import { readTopic } from '../../../pipeline/testing/drive/read-topic.ts';
import { VirtualClock } from '../../../pipeline/testing/virtual-clock.ts';

/** How processes are run. */
export interface ProcessesOptions {
  readonly partitions?: number;
  readonly settings?: Partial<RunnerSettings>;
  /** Given the clock, so that a fault can take time. */
  readonly faults?: (clock: VirtualClock) => MemoryFaults;
  readonly deps?: (clock: VirtualClock) => Partial<RunnerDeps>;
}

/** A process that is running by itself. */
interface Running {
  readonly runner: Runner;
  readonly cluster: MemoryCluster;
  /** Settles when it has ended; rejects with what ended it. */
  readonly ended: Promise<void>;
}

/** Processes of one topology that run side by side in virtual time, each in its own loop as in production, while a test does things to them. */
export class Processes {
  readonly clock = new VirtualClock();
  readonly cluster: MemoryCluster;
  readonly wire = createWire(memoryRegistry());
  readonly #topology: Topology;
  readonly #options: ProcessesOptions;
  readonly #running = new Map<string, Running>();

  private constructor(topology: Topology, options: ProcessesOptions) {
    this.#topology = topology;
    this.#options = options;
    this.cluster = memoryCluster({ clock: this.clock, ...(options.faults === undefined ? {} : { faults: options.faults(this.clock) }) });
  }

  /** A cluster with the topology's topics; no process runs yet. */
  static async of(topology: Topology, options: ProcessesOptions = {}): Promise<Processes> {
    const processes = new Processes(topology, options);
    const admin = await processes.cluster.admin();
    await admin.createTopics(externalTopics(topology).map((topic) => ({ topic, partitions: options.partitions ?? 1 })));
    return processes;
  }

  get slots(): ReadonlyArray<string> {
    return [...this.#running.keys()];
  }

  get runners(): ReadonlyArray<Runner> {
    return [...this.#running.values()].map(({ runner }) => runner);
  }

  /** Opens a process that a test steps itself. */
  open(slot: string, cluster: MemoryCluster = this.cluster.connect(`process-${slot}`)): Promise<Runner> {
    const deps: RunnerDeps = {
      cluster,
      wire: this.wire,
      clock: this.clock,
      meter: noMeter,
      log: noLog,
      makeStore: (spec, { node }) => memoryStore(spec, { node }),
      ...this.#options.deps?.(this.clock),
    };
    const settings = { ...defaultSettings, endFreshness: 0, excludeAfter: undefined, ...this.#options.settings, slot };
    return this.clock.until(Runner.start(this.#topology, deps, settings));
  }

  /** Starts a process that runs until it is stopped, crashes or fails. */
  async start(slot: string): Promise<void> {
    const cluster = this.cluster.connect(`process-${slot}`);
    const runner = await this.open(slot, cluster);
    const ended = runner.run();
    ended.catch(() => undefined);
    this.#running.set(slot, { runner, cluster, ended });
  }

  /** Lets the processes run for so many virtual ms. */
  advance(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  /** Ends a process in order; throws what ended it before. */
  async stop(slot: string): Promise<void> {
    const running = this.#running.get(slot);
    this.#running.delete(slot);
    running?.runner.stop();
    if (running !== undefined) await this.clock.until(running.ended);
  }

  /** Kills a process: it says nothing more to the cluster. */
  crash(slot: string): void {
    this.#running.get(slot)?.cluster.crash();
    this.#running.delete(slot);
  }

  /** Begins a new epoch of the group. */
  rebalance(): void {
    this.cluster.rebalance(this.#topology.name);
  }

  /** The group gives up on a process although it lives. */
  expire(slot: string): void {
    const member = this.cluster.members(this.#topology.name).find(({ clientId }) => clientId === `process-${slot}`);
    if (member !== undefined) this.cluster.expire(this.#topology.name, member.id);
  }

  /** Stops all that run and closes the cluster. */
  async close(): Promise<void> {
    for (const slot of this.slots) await this.stop(slot);
    await this.cluster.close();
  }

  /** Writes values to a topic. */
  async put<T>(topic: Topic<T>, ...values: ReadonlyArray<T>): Promise<void> {
    const encode = await this.wire.encoder(topic.name, topic.type);
    const producer = await this.cluster.producer();
    const timeOf = topic.time === undefined ? undefined : topic.type.timeAt(topic.time);
    for (const value of values) {
      const timestamp = Math.max(this.clock.now(), timeOf?.(value) ?? 0);
      await producer.send({ topic: topic.name, key: Buffer.from(keyReader(topic.key)(value)), value: encode(value), timestamp });
    }
    await producer.close();
  }

  /** What is committed in a topic, as it stands there. */
  records(topic: string): Promise<ReadonlyArray<LogRecord>> {
    return this.clock.until(readTopic(this.cluster, topic));
  }

  /** The values that are committed in a topic, by partition and offset. */
  async values<T>(topic: Topic<T>): Promise<ReadonlyArray<T>> {
    const decoder = this.wire.decoder(topic.type);
    const values: T[] = [];
    for (const { value } of await this.records(topic.name)) {
      if (value === null) continue;
      const id = decoder.unknownId(value);
      if (id !== undefined) await decoder.learn(id);
      values.push(decoder.decode(value));
    }
    return values;
  }
}
