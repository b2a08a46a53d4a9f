import { cut } from '../../pipeline/core/cut.ts';
import type { SinkNode, RepartitionNode, GraphNode, Topology } from '../../pipeline/core/graph.ts';
import type { NewRecord } from '../../pipeline/core/ports/cluster.ts';
import { noLog } from '../../pipeline/core/ports/log.ts';
import { prometheusMeter } from '../../pipeline/runtime/prometheus-meter.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { Outbox } from '../../pipeline/runtime/task/outbox.ts';
import type { PartitionQueue } from '../../pipeline/runtime/task/partition-queue.ts';
import type { SinkWriter } from '../../pipeline/runtime/task/sink-writers.ts';
import { Task } from '../../pipeline/runtime/task/task.ts';
import type { StoreFactory, TaskEnv } from '../../pipeline/runtime/task/task-env.ts';
import { memoryStore } from '../../pipeline/state/memory-store.ts';
import type { Fed } from './fed.ts';

const isWritten = (node: GraphNode): node is SinkNode | RepartitionNode => node.kind === 'sink' || node.kind === 'repartition';

/** What a sink writes is the codec's and the client's affair: here every record gives the same one. */
const written: NewRecord = { topic: 'bench.out', key: null, value: null };

const envOf = (topology: Topology, outbox: Outbox, makeStore: StoreFactory): TaskEnv => {
  const sinks = topology.nodes.filter(isWritten);
  const topics = cut(topology).flatMap((sub) => sub.entries.map(({ topic }) => topic.name));
  return {
    topology,
    outbox,
    writers: new Map(sinks.map(({ name }): [string, SinkWriter] => [name, () => written])),
    readers: new Map(),
    partitions: new Map(topics.map((topic) => [topic, 1])),
    makeStore,
    lookups: new Map(),
    tables: new Map(),
    clock: systemClock,
    meter: prometheusMeter(),
    log: noLog,
    deadLetterLimit: { ratio: 1, over: Infinity, consecutive: Infinity },
    chunkSize: 1_000,
  };
};

const inMemory: StoreFactory = (spec, { node }) => memoryStore(spec, { node });

/**
 * The task of a topology as a process runs it, metrics included, but for what lies before and behind it: records come decoded, and what it
 * writes is counted and dropped.
 */
export class BenchTask {
  /** Records that went to sinks, to the dead letter and to changelogs. */
  written = 0;
  readonly #task: Task;
  readonly #outbox = new Outbox();
  readonly #queues: ReadonlyMap<string, PartitionQueue>;

  constructor(topology: Topology, makeStore: StoreFactory = inMemory) {
    const [sub, ...others] = cut(topology);
    if (sub === undefined || others.length > 0) throw new Error('a topology of one sub-topology is measured');
    this.#task = new Task(envOf(topology, this.#outbox, makeStore), sub, 0);
    this.#queues = new Map(this.#task.queues.map((queue) => [queue.entry, queue]));
  }

  /** Feeds one chunk, as the runner does with a run that was decoded, and takes what came of it. */
  feed({ entry, records }: Fed): void {
    const queue = this.#queues.get(entry);
    if (queue === undefined) throw new Error(`there is no entry "${entry}"`);
    const headTime = records[0]?.time ?? 0;
    queue.run = { count: records.length, headTime, records, refused: [], marker: undefined };
    this.#task.feed(queue);
    queue.position += records.length;
    this.#take();
  }

  /** A commit in all its steps but those on the cluster: flush, changelog records, offsets and notes, publish. */
  async commit(): Promise<void> {
    await this.#task.signal('flush');
    this.#task.stage();
    const offsets = this.#task.offsets(() => undefined);
    this.#take();
    await this.#task.committed(offsets);
  }

  /** Entries of all stores. */
  get entries(): number {
    return [...this.#task.nodes.stores.values()].reduce((sum, store) => sum + store.size().entries, 0);
  }

  close(): Promise<void> {
    return this.#task.nodes.close();
  }

  #take(): void {
    this.written += this.#outbox.drainInto(() => true);
  }
}
