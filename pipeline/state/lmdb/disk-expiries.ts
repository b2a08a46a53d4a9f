import type { DiskDue, StateFile } from './state-file.ts';

const smallest = 32;
const largest = 1_024;

/**
 * The references by expiry of a state file, in order, read ahead in growing batches. What has been passed comes again after `reset`,
 * which is due whenever the file has changed.
 */
export class DiskExpiries {
  readonly #file: StateFile;
  #batch: ReadonlyArray<DiskDue> = [];
  #at = 0;
  #end: Buffer | undefined;
  #size = smallest;
  #isAtEnd = false;

  constructor(file: StateFile) {
    this.#file = file;
  }

  /** Nothing is due before this time. Reads only behind a reset and at the end of a batch. */
  get earliest(): number {
    return this.#first()?.expiresAt ?? Infinity;
  }

  /** The first reference that was not passed, if it is due at `asOf`. */
  peek(asOf: number): DiskDue | undefined {
    const first = this.#first();
    return first !== undefined && first.expiresAt <= asOf ? first : undefined;
  }

  /** Passes what `peek` showed. */
  drop(): void {
    this.#at += 1;
  }

  reset(): void {
    this.#batch = [];
    this.#at = 0;
    this.#end = undefined;
    this.#size = smallest;
    this.#isAtEnd = false;
  }

  #first(): DiskDue | undefined {
    if (this.#at >= this.#batch.length && !this.#isAtEnd) this.#read();
    return this.#batch[this.#at];
  }

  #read(): void {
    const { dues, end } = this.#file.dues(this.#end, this.#size);
    this.#batch = dues;
    this.#end = end;
    this.#at = 0;
    this.#isAtEnd = this.#batch.length === 0;
    this.#size = Math.min(2 * this.#size, largest);
  }
}
