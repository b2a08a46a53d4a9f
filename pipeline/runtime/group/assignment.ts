import { cut, type SubTopology } from '../../core/cut.ts';
import { messageOf, MillraceError } from '../../core/errors.ts';
import { patiently } from '../../core/patiently.ts';
import type { Cluster, CommittedOffset, GroupConsumer, LogRecord, TopicPartition } from '../../core/ports/cluster.ts';
import { restoreTask } from '../commit/restore.ts';
import { standingPatience } from '../standing-patience.ts';
import type { PartitionQueue } from '../task/partition-queue.ts';
import { Task } from '../task/task.ts';
import type { TaskEnv } from '../task/task-env.ts';

const keyOf = (topic: string, partition: number): string => `${topic}/${partition}`;

const rewind = (consumer: GroupConsumer, tasks: ReadonlyArray<Task>): Promise<void> =>
  consumer.seek(tasks.flatMap((task) => task.queues.map((queue) => ({ ...queue.at, offset: queue.position }))));

/** Which partitions are ours, and the tasks that live on them. A task exists while all of its partitions are here. */
export class Assignment {
  readonly #env: TaskEnv;
  readonly #cluster: Cluster;
  readonly #subs: ReadonlyArray<SubTopology>;
  readonly #held = new Set<string>();
  readonly #tasks = new Map<string, Task>();
  readonly #queues = new Map<string, { readonly task: Task; readonly queue: PartitionQueue }>();
  /** The queue of the record before: records come in runs of one partition, and a run needs one look. */
  #recent: PartitionQueue | undefined;
  /** The restores that go on. */
  readonly #restoring = new Map<Task, Promise<void>>();
  #failure: unknown;

  constructor(env: TaskEnv, cluster: Cluster) {
    this.#env = env;
    this.#cluster = cluster;
    this.#subs = cut(env.topology);
  }

  /** The tasks that may be fed. Throws if the restore of one failed. */
  ready(): ReadonlyArray<Task> {
    if (this.#failure instanceof Error) throw this.#failure;
    return [...this.#tasks.values()].filter((task) => task.isReady);
  }

  all(): ReadonlyArray<Task> {
    return [...this.#tasks.values()];
  }

  /** Whether every task is ready and has nothing waiting. */
  get isDrained(): boolean {
    return this.all().every((task) => task.isReady && task.queues.every((queue) => queue.length === 0));
  }

  /** Takes in a record that was polled; records of partitions without a task are left. */
  accept(record: LogRecord, now: number): void {
    const at = this.#recent?.at;
    if (record.partition !== at?.partition || record.topic !== at.topic)
      this.#recent = this.#queues.get(keyOf(record.topic, record.partition))?.queue;
    if (this.#recent === undefined) return;
    this.#recent.push(record);
    this.#recent.lastRecordAt = now;
  }

  /** Decodes what waits in the tasks that may be fed, unless they are about to leave. Returns 0: nothing is fed by it. */
  async prepare(isLeaving: boolean): Promise<0> {
    if (isLeaving) return 0;
    for (const task of this.ready()) await task.prepare();
    return 0;
  }

  /** Opens the tasks whose partitions are complete; their state is restored beside the work of the others. */
  async add(consumer: GroupConsumer, partitions: ReadonlyArray<TopicPartition>): Promise<void> {
    for (const { topic, partition } of partitions) this.#held.add(keyOf(topic, partition));
    const opened = this.#subs.flatMap((sub) => this.#complete(sub).map((partition) => new Task(this.#env, sub, partition)));
    const committed = await this.#open(consumer, opened);
    // One answer for all: were the client to ask by itself and be told something else, records would be read twice.
    await consumer.seek(committed);
  }

  /** Closes the tasks of these partitions. */
  async remove(partitions: ReadonlyArray<TopicPartition>): Promise<void> {
    const gone = new Set<Task>();
    for (const { topic, partition } of partitions) {
      this.#held.delete(keyOf(topic, partition));
      const place = this.#queues.get(keyOf(topic, partition));
      if (place !== undefined) gone.add(place.task);
    }
    await this.#close([...gone]);
  }

  /** Takes every task back to its last commit, and the consumer with them. What lookups have still brought since is forgotten, here and below. */
  async rollback(consumer: GroupConsumer): Promise<void> {
    for (const task of this.all()) task.rollback();
    this.#env.outbox.clear();
    await rewind(consumer, this.all());
  }

  /** Opens every task anew from what the group has committed: what became of the last transaction is not known here. */
  async reopen(consumer: GroupConsumer): Promise<void> {
    const tasks = this.all();
    consumer.resume(tasks.flatMap(({ queues }) => queues.filter((queue) => queue.isPaused).map((queue) => queue.at)));
    await this.#close(tasks);
    this.#env.outbox.clear();
    const again = tasks.map(({ sub, partition }) => new Task(this.#env, sub, partition));
    await this.#open(consumer, again);
    await rewind(consumer, again);
  }

  close(): Promise<void> {
    return this.#close(this.all());
  }

  /** The partitions of a sub-topology of which every topic is held and no task lives yet. */
  #complete(sub: SubTopology): ReadonlyArray<number> {
    const count = this.#env.partitions.get(sub.entries[0]?.topic.name ?? '') ?? 0;
    const all = Array.from({ length: count }, (_, partition) => partition);
    return all.filter(
      (partition) =>
        !this.#tasks.has(keyOf(sub.name, partition)) && sub.entries.every(({ topic }) => this.#held.has(keyOf(topic.name, partition))),
    );
  }

  /** Returns what the group has committed of their partitions. */
  async #open(consumer: GroupConsumer, tasks: ReadonlyArray<Task>): Promise<ReadonlyArray<CommittedOffset>> {
    if (tasks.length === 0) return [];
    const places = tasks.flatMap((task) => task.queues.map((queue) => queue.at));
    // From here on they are closed with the others, whatever goes wrong: their stores are open.
    for (const task of tasks) {
      this.#tasks.set(keyOf(task.sub.name, task.partition), task);
      for (const queue of task.queues) this.#queues.set(keyOf(queue.at.topic, queue.at.partition), { task, queue });
    }
    const committed = await this.#asking(() => consumer.committed(places));
    for (const task of tasks) {
      task.resume(committed);
      await this.#checkStart(consumer, task, committed);
      this.#restore(task);
    }
    return committed;
  }

  /** Where tasks begin has to be known before anything goes on: whoever does not answer is asked again. */
  #asking<R>(ask: () => Promise<R>): Promise<R> {
    const { clock, log } = this.#env;
    const onRetry = (error: unknown, waitMs: number): void =>
      log.warn({ error: messageOf(error), wait_ms: waitMs }, 'where the tasks begin cannot be had; it is asked for again');
    return patiently(ask, { clock, limits: standingPatience, onRetry });
  }

  #restore(task: Task): void {
    const restoring = restoreTask(this.#env, this.#cluster, task).then(
      () => this.#begin(task),
      (error: unknown) => {
        if (task.isClosed) return;
        this.#failure ??= error instanceof Error ? error : new MillraceError('engine_defect', `the restore of ${task.id} failed`, error);
      },
    );
    this.#restoring.set(task, restoring);
    void restoring.then(() => this.#restoring.delete(task));
  }

  /** A task may have gone while it was being restored. The time that it took is not counted as silence of its partitions. */
  #begin(task: Task): void {
    if (this.#tasks.get(keyOf(task.sub.name, task.partition)) !== task) return;
    const now = this.#env.clock.monotonic();
    for (const queue of task.queues) queue.lastRecordAt = now;
    task.isReady = true;
    this.#env.log.info({ task: task.id, stream_time: task.streamTime }, 'task started');
  }

  /** What was committed must still be there: a gap is for a person to decide about. */
  async #checkStart(consumer: GroupConsumer, task: Task, committed: ReadonlyArray<TopicPartition>): Promise<void> {
    const known = new Set(committed.map(({ topic, partition }) => keyOf(topic, partition)));
    const lows = await this.#asking(() => consumer.starts(task.queues.map(({ at }) => at)));
    for (const [nth, queue] of task.queues.entries()) {
      const { topic, partition } = queue.at;
      const low = lows[nth] ?? 0;
      if (queue.position >= low) continue;
      if (known.has(keyOf(topic, partition))) {
        throw new MillraceError(
          'offset_out_of_range',
          `${topic}/${partition} was committed at ${queue.position}, but its log begins at ${low}: ${low - queue.position} records are gone`,
        );
      }
      queue.position = low;
      queue.committed = { offset: low, metadata: '' };
    }
  }

  /** None of them is fed from here on, however long it takes to close one. */
  async #close(tasks: ReadonlyArray<Task>): Promise<void> {
    this.#recent = undefined;
    for (const task of tasks) {
      task.isReady = false;
      task.isClosed = true;
      this.#tasks.delete(keyOf(task.sub.name, task.partition));
      for (const queue of task.queues) this.#queues.delete(keyOf(queue.at.topic, queue.at.partition));
    }
    await Promise.all(
      tasks.map(async (task) => {
        await this.#restoring.get(task);
        await task.nodes.close();
      }),
    );
    for (const task of tasks) this.#env.log.info({ task: task.id }, 'task closed');
  }
}
