import type { Chunk, StreamRecord } from '../../core/chunk.ts';
import type { SubTopology } from '../../core/cut.ts';
import { redrivePath, type RedrivePath } from '../redrive/redrive-path.ts';

/** Calls something with the path that led here, however much later. */
export type Along = (run: () => void) => void;

/** A redriven record that has not come to its node. */
export interface Astray {
  readonly record: StreamRecord<unknown>;
  readonly node: string;
}

const placeOf = ({ origin, provenance }: StreamRecord<unknown>): string => {
  const { topic, partition, offset } = origin ?? provenance;
  return `${topic}:${partition}:${offset}`;
};

/**
 * What of a task is being redriven: the path of the chunk in hand, and the records that are still on their way to their node.
 *
 * A chunk is redriven or not as a whole. The path belongs to the task and not to the chunk, so that no operator has to carry it; where a
 * chunk waits for a lookup, `along` keeps it.
 */
export class Redriving {
  readonly #sub: SubTopology;
  readonly #paths = new Map<string, RedrivePath | undefined>();
  readonly #onTheirWay = new Map<string, Astray>();
  #path: RedrivePath | undefined;

  constructor(sub: SubTopology) {
    this.#sub = sub;
  }

  /** The way from an entry to a node; undefined if there is none. */
  pathTo(entry: string, node: string): RedrivePath | undefined {
    const key = `${entry}>${node}`;
    if (!this.#paths.has(key)) this.#paths.set(key, redrivePath(this.#sub, entry, node));
    return this.#paths.get(key);
  }

  /** Runs with a chunk that takes this way. */
  follow(path: RedrivePath, records: ReadonlyArray<StreamRecord<unknown>>, run: () => void): void {
    if (path.above.size > 0) for (const record of records) this.#onTheirWay.set(placeOf(record), { record, node: path.node });
    this.#with(path, run);
  }

  /** What goes on later with the chunk in hand goes on along its path. */
  along(): Along {
    const path = this.#path;
    return (run) => this.#with(path, run);
  }

  /** Whether the chunk in hand goes from one node to the next. */
  leads(from: string, to: string): boolean {
    return this.#path?.leads(from, to) ?? true;
  }

  /** Whether the chunk in hand is redriven to a node below this one, which must then not change what it remembers. */
  isAbove(node: string): boolean {
    return this.#path?.above.has(node) ?? false;
  }

  /** The chunk in hand has come to a node. */
  reached(node: string, chunk: Chunk<unknown>): void {
    if (this.#path?.node !== node) return;
    for (const record of chunk.records) this.#onTheirWay.delete(placeOf(record));
  }

  /** A record was refused, wherever that was: it is nowhere on its way any more. */
  refused(record: StreamRecord<unknown>): void {
    if (this.#onTheirWay.size > 0) this.#onTheirWay.delete(placeOf(record));
  }

  /** Takes out the records that have not come to their node; to be asked when nothing is on its way any more. */
  takeAstray(): ReadonlyArray<Astray> {
    if (this.#onTheirWay.size === 0) return [];
    const astray = [...this.#onTheirWay.values()];
    this.#onTheirWay.clear();
    return astray;
  }

  /** Forgets what is on its way: it is fed again. */
  clear(): void {
    this.#onTheirWay.clear();
    this.#path = undefined;
  }

  #with(path: RedrivePath | undefined, run: () => void): void {
    const before = this.#path;
    this.#path = path;
    try {
      run();
    } finally {
      this.#path = before;
    }
  }
}
