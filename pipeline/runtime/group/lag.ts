import type { Clock } from '../../core/ports/clock.ts';
import type { PartitionQueue } from '../task/partition-queue.ts';
import type { Task } from '../task/task.ts';
import { EndHistory } from './end-history.ts';

/** How far a process is behind in one topic, over its partitions. */
export interface TopicLag {
  /** Offsets between what is processed and the end. */
  readonly records: number;
  /** Age of the oldest record that is not processed yet, ms; 0 if there is none. */
  readonly age: number;
  /** By how many offsets the processing has gone on since the last measurement. */
  readonly read: number;
  /** By how many offsets the ends have. */
  readonly written: number;
}

interface Partition {
  readonly history: EndHistory;
  position: number;
  /** Whether its task was ready when it was measured last: before, its position says nothing. */
  wasReady: boolean;
}

const nothing: TopicLag = { records: 0, age: 0, read: 0, written: 0 };

const sum = (one: TopicLag, other: TopicLag): TopicLag => ({
  records: one.records + other.records,
  age: Math.max(one.age, other.age),
  read: one.read + other.read,
  written: one.written + other.written,
});

/**
 * Measures the lag of tasks, in records and in time.
 *
 * The age of a record that was polled is that of its Kafka timestamp. In a repartition that is the event time, and of records that were not polled nothing is
 * known but that they are there: then it is the time since which they are known to be, which is short of the truth by up to the time between two measurements,
 * and after a start by all that was before. A partition that has just come counts with its lag and not with what was read or written of it elsewhere.
 */
export class LagMeasure {
  readonly #clock: Clock;
  #partitions = new Map<string, Partition>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** By topic. `ends` are those of the queues of these tasks, in their order; undefined where nobody could tell, which leaves the end as it was. */
  take(tasks: ReadonlyArray<Task>, ends: ReadonlyArray<number | undefined>): ReadonlyMap<string, TopicLag> {
    const lags = new Map<string, TopicLag>();
    const known = this.#partitions;
    this.#partitions = new Map();
    const places = tasks.flatMap((task) => task.queues.map((queue) => ({ task, queue })));
    for (const [nth, { task, queue }] of places.entries()) {
      const { topic, partition } = queue.at;
      const name = `${topic}:${partition}`;
      const now = known.get(name) ?? { history: new EndHistory(), position: 0, wasReady: false };
      this.#partitions.set(name, now);
      const isSource = task.sub.entries.some((entry) => entry.kind === 'source' && entry.name === queue.entry);
      const lag = this.#ofPartition(now, { queue, end: ends[nth], isSource });
      lags.set(topic, sum(lags.get(topic) ?? nothing, now.wasReady ? lag : { ...lag, read: 0, written: 0 }));
      now.wasReady = task.isReady;
    }
    return lags;
  }

  #ofPartition(
    known: Partition,
    { queue, end, isSource }: { readonly queue: PartitionQueue; readonly end: number | undefined; readonly isSource: boolean },
  ): TopicLag {
    const position = Math.max(queue.position, queue.committed.offset);
    const { history } = known;
    const [from, began] = [known.position, history.end ?? 0];
    known.position = Math.max(from, position);
    if (end !== undefined) history.saw(end, this.#clock.monotonic());
    const reached = history.end ?? 0;
    const since = history.since(position);
    const moved = { read: Math.max(0, position - from), written: reached - began };
    const [head] = isSource ? queue.peek(1) : [];
    const seen = since === undefined ? 0 : this.#clock.monotonic() - since;
    const age = head === undefined ? seen : this.#clock.now() - head.timestamp;
    return { records: Math.max(0, reached - position), age: Math.max(0, age), ...moved };
  }
}
