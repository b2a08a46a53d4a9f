import { type Chunk, type StreamRecord, withRecords } from '../core/chunk.ts';
import { MillraceError } from '../core/errors.ts';

/** A record that an operator rejected, and why. */
export interface Rejected {
  readonly record: StreamRecord<unknown>;
  readonly rule: string;
  readonly detail: string;
}

/** What one chunk gave: a chunk on the main output and one on each side output. */
export interface Output<Out, Ports> {
  readonly main: Chunk<Out>;
  readonly ports: { readonly [P in keyof Ports]?: Chunk<Ports[P]> };
  readonly rejects: ReadonlyArray<Rejected>;
  readonly counts: Readonly<Record<string, number>>;
}

type Emitted<Ports> = { [P in keyof Ports]?: StreamRecord<Ports[P]>[] };

/** Gathers what an operator gives while it is fed one chunk, and holds it to one chunk out for each chunk in. */
export class Gathering<Out, Ports> {
  readonly #fed: Chunk<unknown>;
  readonly #emitted: Emitted<Ports> = {};
  readonly #rejects: Rejected[] = [];
  readonly #counts: Record<string, number> = {};
  readonly #main: Chunk<Out>[] = [];

  constructor(fed: Chunk<unknown>) {
    this.#fed = fed;
  }

  add(chunk: Chunk<Out>): void {
    this.#main.push(chunk);
  }

  emit<P extends keyof Ports>(port: P, record: StreamRecord<Ports[P]>): void {
    const records: StreamRecord<Ports[P]>[] = this.#emitted[port] ?? [];
    records.push(record);
    this.#emitted[port] = records;
  }

  reject(rejected: Rejected): void {
    this.#rejects.push(rejected);
  }

  count(metric: string, by: number): void {
    this.#counts[metric] = (this.#counts[metric] ?? 0) + by;
  }

  /** Closes the gathering. Throws `engine_defect` if there was not exactly one chunk. */
  output(node: string): Output<Out, Ports> {
    const [main, ...more] = this.#main;
    if (main === undefined || more.length > 0) {
      throw new MillraceError('engine_defect', `operator ${node} gave ${this.#main.length} chunks for one; each chunk in gives one out`);
    }
    return { main, ports: this.#portChunks(), rejects: this.#rejects, counts: this.#counts };
  }

  #portChunks(): { readonly [P in keyof Ports]?: Chunk<Ports[P]> } {
    const chunks: { [P in keyof Ports]?: Chunk<Ports[P]> } = {};
    for (const port in this.#emitted) {
      const records = this.#emitted[port];
      if (records !== undefined) chunks[port] = withRecords(this.#fed, records);
    }
    return chunks;
  }
}
