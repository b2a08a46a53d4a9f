import { memoryRegistry } from '../avro/memory-registry.ts';
import { createWire } from '../avro/wire.ts';
import type { MemoryClusterOptions } from '../cluster/memory/broker.ts';
import type { MemoryFaults } from '../cluster/memory/faults.ts';
import { type MemoryCluster, memoryCluster } from '../cluster/memory/memory-cluster.ts';
import type { Topology } from '../core/graph.ts';
import { keyReader } from '../core/key.ts';
import type { LogRecord } from '../core/ports/cluster.ts';
import { noLog } from '../core/ports/log.ts';
import { noMeter } from '../core/ports/meter.ts';
import type { Wire } from '../core/ports/wire.ts';
import type { Topic } from '../core/topic.ts';
import type { RunnerDeps } from '../runtime/open-process.ts';
import { Runner } from '../runtime/runner.ts';
import { defaultSettings, type RunnerSettings } from '../runtime/settings.ts';
import { externalTopics } from '../runtime/topic-plan.ts';
import { memoryStore } from '../state/memory-store.ts';
import { readTopic } from './drive/read-topic.ts';
import { VirtualClock } from './virtual-clock.ts';

/** How processes are run. */
export interface ProcessesOptions {
  /** Partitions of every topic; 1 if left out. */
  readonly partitions?: number;
  /** The clock that everything waits on; one of their own if left out. */
  readonly clock?: VirtualClock;
  readonly settings?: Partial<RunnerSettings>;
  /** Given the clock, so that a fault can take time. */
  readonly faults?: (clock: VirtualClock) => MemoryFaults;
  /** Given the clock and the client id of the process. */
  readonly deps?: (clock: VirtualClock, client: string) => Partial<RunnerDeps>;
  /** How long the cluster waits for transactions and members. */
  readonly timeouts?: Pick<MemoryClusterOptions, 'transactionTimeoutMs' | 'sessionTimeoutMs'>;
  /** Schemas and codecs; of their own if left out. */
  readonly wire?: Wire;
}

/** One life of a process: from its start until it ends, however it does. */
export interface Life {
  readonly slot: string;
  /** Its client id: `process-0`, and in the slot's second life `process-0.2`. */
  readonly client: string;
  readonly cluster: MemoryCluster;
  /** Undefined until it has joined the group. */
  runner: Runner | undefined;
  /** Settles when it has joined the group; rejects if it could not start. */
  readonly joined: Promise<Runner>;
  /** Settles when it has ended; rejects with what ended it. */
  readonly ended: Promise<void>;
}

/** Processes of one topology that run side by side in virtual time, each in its own loop as in production, while a test does things to them. */
export class Processes {
  readonly clock: VirtualClock;
  readonly cluster: MemoryCluster;
  readonly wire: Wire;
  readonly #topology: Topology;
  readonly #options: ProcessesOptions;
  readonly #running = new Map<string, Life>();
  readonly #lives = new Map<string, number>();

  private constructor(topology: Topology, options: ProcessesOptions) {
    this.#topology = topology;
    this.#options = options;
    this.clock = options.clock ?? new VirtualClock();
    this.wire = options.wire ?? createWire(memoryRegistry());
    const faults = options.faults === undefined ? {} : { faults: options.faults(this.clock) };
    this.cluster = memoryCluster({ clock: this.clock, ...options.timeouts, ...faults });
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

  /** The latest life in each slot, by slot in the order of their starts. */
  get lives(): ReadonlyArray<Life> {
    return [...this.#running.values()];
  }

  get runners(): ReadonlyArray<Runner> {
    return this.lives.flatMap(({ runner }) => runner ?? []);
  }

  /** Opens a process that a test steps itself. */
  open(slot: string, cluster: MemoryCluster = this.cluster.connect(`process-${slot}`)): Promise<Runner> {
    return this.clock.until(this.#open(slot, cluster, `process-${slot}`));
  }

  /** Begins a process that runs until it is stopped, crashes or fails. Does not wait until it has joined the group. */
  launch(slot: string): Life {
    const nth = (this.#lives.get(slot) ?? 0) + 1;
    this.#lives.set(slot, nth);
    const client = nth === 1 ? `process-${slot}` : `process-${slot}.${nth}`;
    const cluster = this.cluster.connect(client);
    const joined = this.#open(slot, cluster, client);
    const ended = joined.then((runner) => {
      life.runner = runner;
      return runner.run();
    });
    ended.catch(() => undefined);
    const life: Life = { slot, client, cluster, runner: undefined, joined, ended };
    this.#running.set(slot, life);
    return life;
  }

  /** Starts a process as `launch` does, and waits until it has joined the group. Throws what its start throws. */
  async start(slot: string): Promise<void> {
    await this.clock.until(this.launch(slot).joined);
  }

  /** Lets the processes run for so many virtual ms. */
  advance(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  /** Ends a process in order; throws what ended it before. */
  async stop(slot: string): Promise<void> {
    const life = this.#running.get(slot);
    this.#running.delete(slot);
    life?.runner?.stop();
    if (life !== undefined) await this.clock.until(life.ended);
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
    const client = this.#running.get(slot)?.client;
    const member = this.cluster.members(this.#topology.name).find(({ clientId }) => clientId === client);
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

  #open(slot: string, cluster: MemoryCluster, client: string): Promise<Runner> {
    const deps: RunnerDeps = {
      cluster,
      wire: this.wire,
      clock: this.clock,
      meter: noMeter,
      log: noLog,
      makeStore: (spec, { node }) => memoryStore(spec, { node }),
      ...this.#options.deps?.(this.clock, client),
    };
    const settings = { ...defaultSettings, endFreshness: 0, excludeAfter: undefined, ...this.#options.settings, slot };
    return Runner.start(this.#topology, deps, settings);
  }
}
