import type { Clock } from '../../../pipeline/core/ports/clock.ts';

/** Between two looks, in ms. */
const lookEvery = 10;

/** From here on a process takes nothing more on, in ms: what it has already has to wait as long for its answer. */
const tooLate = 100;

/**
 * How late a process is with all that it has to do. It means to look at the clock every ten ms; while it is busy with requests it does not come to
 * that, so that the time since the last look tells, in the midst of the work, how long whoever came with these has been waiting.
 */
export class Lateness {
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  #due: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#due = clock.monotonic() + lookEvery;
    void this.#look();
  }

  /** Whether it is too late to take more on. */
  isLate(): boolean {
    return this.#clock.monotonic() - this.#due > tooLate;
  }

  close(): void {
    this.#ended.abort();
  }

  async #look(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      this.#due = this.#clock.monotonic() + lookEvery;
      await this.#clock.sleep(lookEvery, signal);
    }
  }
}
