import { MillraceError } from '../core/errors.ts';

/** When so many records are refused that something is wrong with more than the records. */
export interface DeadLetterLimit {
  /** The share of a run of `over` records, 0 to 1. */
  readonly ratio: number;
  readonly over: number;
  /** So many in a row. */
  readonly consecutive: number;
}

/** Half of a thousand records, or 500 in a row. */
export const defaultDeadLetterLimit: DeadLetterLimit = { ratio: 0.5, over: 1_000, consecutive: 500 };

/** Counts a task's records and refusals; its counters are saved with the offsets, so a crash loop cannot start them anew. */
export class RejectCounter {
  readonly #limit: DeadLetterLimit;
  readonly #task: string;
  #seen = 0;
  #rejected = 0;
  #consecutive = 0;
  #inRun = 0;
  #last = '';

  constructor(task: string, limit: DeadLetterLimit) {
    this.#task = task;
    this.#limit = limit;
  }

  /** A record was refused. Records that only came too late do not count. */
  rejected(rule: string, node: string): void {
    if (rule === 'late') return;
    this.#inRun += 1;
    this.#rejected += 1;
    this.#last = `${rule} at ${node}`;
  }

  /** A run of records has been fed: refusals in a row go on only if none of it passed. Throws `dead_letter_limit` past a bound. */
  fed(records: number): void {
    if (records === 0) return;
    this.#seen += records;
    this.#consecutive = this.#inRun >= records ? this.#consecutive + records : 0;
    this.#inRun = 0;
    this.#check();
    if (this.#seen < this.#limit.over) return;
    this.#seen = 0;
    this.#rejected = 0;
  }

  save(): readonly [number, number, number] {
    return [this.#seen, this.#rejected, this.#consecutive];
  }

  restore([seen, rejected, consecutive]: readonly [number, number, number]): void {
    this.#seen = seen;
    this.#rejected = rejected;
    this.#consecutive = consecutive;
    this.#inRun = 0;
  }

  #check(): void {
    const { ratio, over, consecutive } = this.#limit;
    if (this.#consecutive >= consecutive) this.#stop(`${this.#consecutive} records in a row were refused`);
    if (this.#seen >= over && this.#rejected > ratio * this.#seen) {
      this.#stop(`${this.#rejected} of ${this.#seen} records were refused`);
    }
  }

  #stop(what: string): never {
    throw new MillraceError(
      'dead_letter_limit',
      `task ${this.#task}: ${what}, the last as ${this.#last}; nothing of this commit was written`,
    );
  }
}
