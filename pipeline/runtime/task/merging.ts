import type { Chunk, StreamRecord } from '../../core/chunk.ts';

type Records = ReadonlyArray<StreamRecord<unknown>>;

/** What is to come of one chunk that was fed to the task: from which inputs, and what has come so far. */
interface Slot {
  readonly inputs: ReadonlySet<number>;
  readonly chunks: Map<number, Chunk<unknown>>;
}

/** Both runs of records as one in the order of `asOf`; equal ones in the order of the inputs. */
const interleaved = (left: Records, right: Records): Records => {
  const merged: StreamRecord<unknown>[] = [];
  let at = 0;
  for (const record of left) {
    for (let next = right[at]; next !== undefined && next.asOf < record.asOf; next = right[at]) {
      merged.push(next);
      at += 1;
    }
    merged.push(record);
  }
  return at === 0 ? [...merged, ...right] : [...merged, ...right.slice(at)];
};

const united = (chunks: ReadonlyArray<Chunk<unknown>>): Chunk<unknown> | undefined => {
  const [first, ...others] = chunks;
  return first && others.reduce((merged, next) => ({ ...merged, records: interleaved(merged.records, next.records) }), first);
};

/**
 * Makes one stream of several that may hang from the same source.
 *
 * A chunk that is fed to a source reaches the merge once by each of its inputs that hang from that source. Passed on one after the
 * other, the first would carry the stream time of the chunk's end, and close windows for which the second still has records. So what comes
 * of one chunk that was fed is passed on as one chunk, its records in the order of `asOf`.
 */
export class Merging {
  readonly #slots: Slot[] = [];
  readonly #pass: (chunk: Chunk<unknown>) => void;

  constructor(pass: (chunk: Chunk<unknown>) => void) {
    this.#pass = pass;
  }

  /** A chunk is about to be fed that will come by these inputs, once by each. */
  expect(inputs: ReadonlySet<number>): void {
    if (inputs.size > 0) this.#slots.push({ inputs, chunks: new Map() });
  }

  /** Takes what came by an input, and passes on what is complete, in the order in which it was fed. */
  take(input: number, chunk: Chunk<unknown>): void {
    this.#slots.find(({ inputs, chunks }) => inputs.has(input) && !chunks.has(input))?.chunks.set(input, chunk);
    for (let slot = this.#slots[0]; slot !== undefined && slot.chunks.size === slot.inputs.size; slot = this.#slots[0]) {
      this.#slots.shift();
      const inOrder = [...slot.chunks].sort(([a], [b]) => a - b).map(([, each]) => each);
      const whole = united(inOrder);
      if (whole !== undefined) this.#pass(whole);
    }
  }
}
