import type { Signal } from '../../core/chunk.ts';
import type { SubTopology } from '../../core/cut.ts';
import { MillraceError } from '../../core/errors.ts';
import { partitionOf } from '../../core/partition-of.ts';
import type { CommittedOffset, LogRecord, TopicPartition } from '../../core/ports/cluster.ts';
import { TaskClock } from '../clock/task-clock.ts';
import { readNote, writeNote } from '../commit/offset-metadata.ts';
import { deadLetterOf } from '../dead-letter.ts';
import { RejectCounter } from '../dead-letter-limit.ts';
import { Markers } from './markers.ts';
import type { PartitionQueue } from './partition-queue.ts';
import { partsOf } from './parts-of-run.ts';
import { queuesOf } from './queues-of.ts';
import { type Run, runOf } from './run.ts';
import { stamped } from './stamp.ts';
import type { TaskEnv } from './task-env.ts';
import { TaskNodes } from './task-nodes.ts';

/** Where the consumer stands in a partition, if it knows. */
export type PositionOf = (partition: TopicPartition) => number | undefined;

const isWaitedFor = (queue: PartitionQueue): boolean => queue.holdsClock && !queue.excluded;

/**
 * One partition of one sub-topology: its queues, its clock, its nodes and state.
 *
 * Its owner feeds it run by run, then either commits what it has staged or rolls it back; nothing in it waits or reads a wall clock.
 */
export class Task {
  readonly id: string;
  readonly sub: SubTopology;
  readonly partition: number;
  /** How many tasks its sub-topology has, over all processes. */
  readonly partitions: number;
  readonly queues: ReadonlyArray<PartitionQueue>;
  readonly nodes: TaskNodes;
  /** Whether its state is restored, so that it may be fed. */
  isReady = false;
  /** Whether it is given up: what still goes on for it ends. */
  isClosed = false;
  /** The lowest Kafka timestamp that was fed from a source since the last commit, ms; Infinity if nothing was. */
  oldestFed = Number.POSITIVE_INFINITY;
  /** Whether it has had its idle chunk in this quiet spell. */
  isIdle = false;
  readonly #env: TaskEnv;
  readonly #clock = new TaskClock();
  readonly #rejects: RejectCounter;
  readonly #markers: Markers;

  constructor(env: TaskEnv, sub: SubTopology, partition: number) {
    this.#env = env;
    this.sub = sub;
    this.partition = partition;
    this.partitions = env.partitions.get(sub.entries[0]?.topic.name ?? '') ?? 0;
    this.id = `${sub.name}/${partition}`;
    this.queues = queuesOf(env, sub, partition);
    this.#rejects = new RejectCounter(this.id, env.deadLetterLimit);
    this.#markers = new Markers(env, sub, partition);
    this.nodes = new TaskNodes(env, { sub, partition }, (rule, node) => this.#rejects.rejected(rule, node));
  }

  get streamTime(): number {
    return this.#clock.time;
  }

  /** Whether none of its partitions holds its time: it says so to those downstream. */
  get isExcluded(): boolean {
    return this.queues.every((queue) => !queue.holdsClock || queue.excluded || queue.clock.isExcluded());
  }

  /** Goes on from what the group has committed. */
  resume(committed: ReadonlyArray<CommittedOffset>): void {
    for (const queue of this.queues) {
      const found = committed.find(({ topic, partition }) => topic === queue.at.topic && partition === queue.at.partition);
      if (found !== undefined) queue.committed = { offset: found.offset, metadata: found.metadata };
    }
    this.#takeNotes();
  }

  /** Decodes the heads of its queues, learning schema ids that are new. */
  async prepare(): Promise<void> {
    for (const queue of this.queues) {
      if (queue.run !== undefined || queue.length === 0) continue;
      const reader = this.#env.readers.get(queue.entry);
      if (reader === undefined) throw new MillraceError('engine_defect', `the entry "${queue.entry}" has no reader`);
      const raw = queue.peek(this.#env.chunkSize);
      for (const id of reader.unknownIds(raw)) await reader.learn(id);
      queue.run = runOf(raw, reader, this.#env.topology.name);
    }
  }

  /** The queue to feed from: the one whose head is the oldest, unless one that is empty may still bring something older. */
  next(mayBringMore: (queue: PartitionQueue) => boolean): PartitionQueue | undefined {
    let oldest: PartitionQueue | undefined;
    let lowest = Number.POSITIVE_INFINITY;
    for (const queue of this.queues) {
      if (queue.run === undefined) {
        if (isWaitedFor(queue) && mayBringMore(queue)) return undefined;
      } else if (oldest === undefined || queue.run.headTime < lowest) {
        oldest = queue;
        lowest = queue.run.headTime;
      }
    }
    return oldest;
  }

  /** Feeds the run at the head of a queue through the nodes. Returns how many records of the log it was. */
  feed(queue: PartitionQueue): number {
    const { run } = queue;
    if (run === undefined) return 0;
    queue.run = undefined;
    this.#awake(queue);
    if (run.marker !== undefined) queue.clock.heard(run.marker);
    for (const [record, why] of run.refused) this.#refuseRaw(queue, record, why);
    this.#checkPlace(queue, run.records[0]?.origin);
    const ceiling = this.#clock.ceiling(this.queues, queue);
    const records = stamped(run.records, queue, { floor: this.#clock.time, ceiling });
    const streamTime = this.#clock.advance(this.queues);
    for (const { chunk, node } of partsOf(records, run.aims, streamTime)) this.nodes.feed(queue.entry, chunk, node);
    queue.drop(run.count);
    this.#measure(queue, run);
    this.#rejects.fed(run.marker === undefined ? run.count : 0);
    return run.count;
  }

  /** Feeds an empty chunk with a signal through every entry and waits for what lookups hold. */
  signal(signal: Signal): Promise<void> {
    return this.nodes.feedAll({ streamTime: this.#clock.advance(this.queues), signal, records: [] });
  }

  /** Puts its changelog records and, behind all it wrote, its clock into the outbox. */
  stage(): void {
    this.nodes.stageChanges();
    this.#markers.speak(this.#clock.time, this.isExcluded);
  }

  /** Its offsets and notes where they differ from what is committed. */
  offsets(positionOf: PositionOf): ReadonlyArray<CommittedOffset> {
    return this.queues.flatMap((queue) => {
      const read = queue.length === 0 ? (positionOf(queue.at) ?? 0) : 0;
      const offset = Math.max(queue.position, read);
      const metadata = writeNote({ clock: queue.clock.save(), streamTime: this.#clock.time, rejects: this.#rejects.save() });
      const isSame = offset === queue.committed.offset && metadata === queue.committed.metadata;
      return isSame ? [] : [{ ...queue.at, offset, metadata }];
    });
  }

  /** The transaction has committed these offsets: what is staged is the state now. */
  async committed(offsets: ReadonlyArray<CommittedOffset>): Promise<void> {
    for (const { topic, partition, offset, metadata } of offsets) {
      const queue = this.queues.find(({ at }) => at.topic === topic && at.partition === partition);
      if (queue === undefined) continue;
      queue.committed = { offset, metadata };
      queue.position = Math.max(queue.position, offset);
    }
    this.oldestFed = Number.POSITIVE_INFINITY;
    await this.nodes.publish();
  }

  /** The transaction was aborted: back to the last commit. Its records must be polled again from `position` of each queue. */
  rollback(): void {
    this.isIdle = false;
    this.nodes.rebuild();
    this.#markers.reset();
    for (const queue of this.queues) queue.clear();
    this.#takeNotes();
  }

  #takeNotes(): void {
    this.#clock.reset(Number.NEGATIVE_INFINITY);
    this.#rejects.restore([0, 0, 0]);
    for (const queue of this.queues) {
      queue.position = queue.committed.offset;
      const note = readNote(queue.committed.metadata);
      queue.clock.restore(note?.clock ?? '');
      if (note === undefined) continue;
      this.#clock.restore(note.streamTime);
      this.#rejects.restore(note.rejects);
    }
  }

  /** A queue that has something to feed is not quiet; those downstream hear of it before they get its records. */
  #awake(queue: PartitionQueue): void {
    this.isIdle = false;
    if (queue.excluded) {
      queue.excluded = false;
      this.#markers.speak(this.#clock.time, this.isExcluded);
    }
    this.#markers.begin(this.#clock.time, this.isExcluded);
  }

  #measure(queue: PartitionQueue, { count, records }: Run): void {
    const { topology, meter } = this.#env;
    meter.count('records_in_total', { topology: topology.name, node: queue.entry }, count);
    meter.observe('chunk_records', { topology: topology.name }, count);
    // In a repartition Kafka's timestamp is the event time, which says nothing of how long a record has been under way.
    const isSource = this.sub.entries.some(({ name, kind }) => kind === 'source' && name === queue.entry);
    if (isSource) this.oldestFed = Math.min(this.oldestFed, records[0]?.origin?.timestamp ?? Number.POSITIVE_INFINITY);
  }

  #refuseRaw(queue: PartitionQueue, record: LogRecord, why: { readonly rule: string; readonly detail: string }): void {
    const refusal = { node: queue.entry, rule: why.rule, detail: why.detail };
    this.#env.outbox.put(deadLetterOf(this.#env.topology.deadLetter.name, record, refusal));
    this.#env.meter.count('records_rejected_total', { topology: this.#env.topology.name, node: queue.entry, rule: why.rule }, 1);
    this.#rejects.rejected(why.rule, queue.entry);
  }

  /** One key of each run is checked, so that a producer with another partitioner is found before its joins come to nothing. */
  #checkPlace(queue: PartitionQueue, record: LogRecord | undefined): void {
    const count = this.#env.partitions.get(queue.at.topic);
    if (record?.key === undefined || record.key === null || count === undefined || !queue.holdsClock) return;
    const expected = partitionOf(record.key, count);
    if (expected === record.partition) return;
    const { topic, partition, offset } = record;
    throw new MillraceError(
      'wrong_partition',
      `the key of ${topic}:${partition}:${offset} belongs to partition ${expected} of ${count}: its producer does not use murmur2`,
    );
  }
}
