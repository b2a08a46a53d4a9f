import type { Clock } from '../../core/ports/clock.ts';

/** A file that has been in use for this many ms is not what ends the process, even if nothing was written. */
const provenAfter = 10_000;

/** Tells once that a file can be used: it has taken a commit, or has been in use for a while. */
export class Proof {
  readonly #clock: Clock;
  readonly #proven: () => void;
  readonly #openedAt: number;
  #isProven = false;

  constructor(clock: Clock, proven: () => void) {
    this.#clock = clock;
    this.#proven = proven;
    this.#openedAt = clock.now();
  }

  /** The file has been written to; `isCommit`: with what a commit has changed. */
  written(isCommit: boolean): void {
    if (this.#isProven || (!isCommit && this.#clock.now() - this.#openedAt < provenAfter)) return;
    this.#isProven = true;
    this.#proven();
  }
}
