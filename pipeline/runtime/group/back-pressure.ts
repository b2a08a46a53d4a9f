import type { GroupConsumer } from '../../core/ports/cluster.ts';
import type { Meter } from '../../core/ports/meter.ts';
import type { PartitionQueue } from '../task/partition-queue.ts';
import type { Task } from '../task/task.ts';

/**
 * Keeps what tasks have waiting within a byte budget each: a task above it has its partitions paused until half of it is gone. Pausing
 * throws away what the client has fetched ahead, so it is the last resort and not the way in which work is scheduled.
 *
 * A partition whose queue is empty is never paused: its task may be waiting for it.
 */
export class BackPressure {
  readonly #budget: number;
  readonly #meter: Meter;
  readonly #topology: string;

  constructor(budget: number, meter: Meter, topology: string) {
    this.#budget = budget;
    this.#meter = meter;
    this.#topology = topology;
  }

  apply(consumer: GroupConsumer, tasks: ReadonlyArray<Task>): void {
    for (const task of tasks) {
      const waiting = task.queues.reduce((bytes, queue) => bytes + queue.bytes, 0);
      for (const queue of task.queues) {
        if (queue.isPaused) this.#resume(consumer, queue, waiting);
        else this.#pause(consumer, queue, waiting);
      }
    }
  }

  #pause(consumer: GroupConsumer, queue: PartitionQueue, waiting: number): void {
    if (waiting <= this.#budget || queue.length === 0) return;
    consumer.pause([queue.at]);
    queue.isPaused = true;
    this.#meter.count('partition_pauses_total', { topology: this.#topology, topic: queue.at.topic }, 1);
  }

  #resume(consumer: GroupConsumer, queue: PartitionQueue, waiting: number): void {
    if (waiting >= this.#budget / 2 && queue.length > 0) return;
    consumer.resume([queue.at]);
    queue.isPaused = false;
  }
}
