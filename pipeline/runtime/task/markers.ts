import type { SubTopology } from '../../core/cut.ts';
import type { RepartitionNode } from '../../core/graph.ts';
import { beginning } from '../../core/time.ts';
import { markerRecord } from '../clock/writer-marker.ts';
import type { TaskEnv } from './task-env.ts';

interface Spoken {
  readonly time: number;
  readonly excluded: boolean;
}

interface Told {
  readonly node: RepartitionNode;
  /** What its readers have been told last; undefined until the task has said something since it began, or since its last rollback. */
  spoken: Spoken | undefined;
}

const silence: Spoken = { time: beginning, excluded: false };

/** Tells the readers of a task's repartition topics how far it has come. */
export class Markers {
  readonly #env: TaskEnv;
  readonly #writer: number;
  readonly #topics: ReadonlyArray<Told>;

  constructor(env: TaskEnv, sub: SubTopology, writer: number) {
    this.#env = env;
    this.#writer = writer;
    const written = sub.nodes.filter((node) => node.kind === 'repartition' && !sub.entries.includes(node));
    this.#topics = written.flatMap((node) => (node.kind === 'repartition' ? [{ node, spoken: undefined }] : []));
  }

  /** Puts a marker into the outbox for each topic whose readers must hear of this: the time advanced by the grain, or exclusion changed. */
  speak(time: number, excluded: boolean): void {
    for (const told of this.#topics) {
      const spoken = told.spoken ?? silence;
      const advanced = time - spoken.time >= told.node.grain;
      if (advanced || excluded !== spoken.excluded) this.#send(told, { time, excluded });
    }
  }

  /** Says it where nothing has been said yet: readers may still take the task for excluded, from an earlier life of it or a transaction of before. */
  begin(time: number, excluded: boolean): void {
    for (const told of this.#topics) {
      if (told.spoken === undefined) this.#send(told, { time, excluded });
    }
  }

  /** What was said is unsaid: the transaction was aborted. */
  reset(): void {
    for (const told of this.#topics) told.spoken = undefined;
  }

  #send(told: Told, now: Spoken): void {
    const { node } = told;
    told.spoken = now;
    const partitions = this.#env.partitions.get(node.topic.name) ?? 0;
    for (let partition = 0; partition < partitions; partition += 1) {
      this.#env.outbox.put(markerRecord(node.topic.name, partition, { writer: this.#writer, ...now }));
    }
  }
}
