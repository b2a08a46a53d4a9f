import type { SubTopology } from '../../core/cut.ts';
import type { RepartitionNode } from '../../core/graph.ts';
import { beginning } from '../../core/time.ts';
import { markerRecord } from '../clock/writer-marker.ts';
import type { TaskEnv } from './task-env.ts';

interface Spoken {
  time: number;
  excluded: boolean;
}

/** Tells the readers of a task's repartition topics how far it has come. */
export class Markers {
  readonly #env: TaskEnv;
  readonly #writer: number;
  readonly #topics: ReadonlyArray<{ readonly node: RepartitionNode; readonly spoken: Spoken }>;

  constructor(env: TaskEnv, sub: SubTopology, writer: number) {
    this.#env = env;
    this.#writer = writer;
    const written = sub.nodes.filter((node) => node.kind === 'repartition' && !sub.entries.includes(node));
    this.#topics = written.flatMap((node) => (node.kind === 'repartition' ? [{ node, spoken: { time: beginning, excluded: false } }] : []));
  }

  /** Puts a marker into the outbox for each topic whose readers must hear of this: the time advanced by the grain, or exclusion changed. */
  speak(time: number, excluded: boolean): void {
    for (const { node, spoken } of this.#topics) {
      const advanced = time - spoken.time >= node.grain;
      if (advanced || excluded !== spoken.excluded) this.#send(node, { time, excluded }, spoken);
    }
  }

  /** What was said is unsaid: the transaction was aborted. */
  reset(): void {
    for (const { spoken } of this.#topics) spoken.time = beginning;
  }

  #send(node: RepartitionNode, now: Spoken, spoken: Spoken): void {
    spoken.time = now.time;
    spoken.excluded = now.excluded;
    const partitions = this.#env.partitions.get(node.topic.name) ?? 0;
    for (let partition = 0; partition < partitions; partition += 1) {
      this.#env.outbox.put(markerRecord(node.topic.name, partition, { writer: this.#writer, ...now }));
    }
  }
}
