import { backOff, type BackOffLimits } from '../../pipeline/core/back-off.ts';
import { exitCodes } from '../cli/exit-codes.ts';

/** When a process that has ended is started again; times in ms. */
export interface RestartLimits extends BackOffLimits {
  /** Whoever has run for so long was well: what comes after counts from one again. */
  readonly steadyMs: number;
  /** Starts in a row that may fail. */
  readonly failures: number;
}

/** The limits that hold: eight failures in a row take at least a minute, and the pause between two is half a minute at most. */
export const restartLimits: RestartLimits = { firstMs: 1_000, mostMs: 30_000, steadyMs: 60_000, failures: 8 };

/** Decides over the restarts of one process. */
export class Restarts {
  readonly #limits: RestartLimits;
  readonly #random: () => number;
  #failures = 0;

  /** `random`: from 0 up to 1, for the jitter of the pauses. */
  constructor(limits: RestartLimits, random: () => number) {
    this.#limits = limits;
    this.#random = random;
  }

  /**
   * How long to wait before the next start; undefined if there is to be none: what was started wrongly would end again, and so would what has failed
   * so often. A process that has ended in order, since somebody asked it to, is no failure.
   */
  next(exitCode: number, ranMs: number): number | undefined {
    const { firstMs, steadyMs, failures } = this.#limits;
    if (exitCode === exitCodes.misused) return undefined;
    if (exitCode === exitCodes.done || ranMs >= steadyMs) this.#failures = 0;
    if (exitCode === exitCodes.done) return firstMs;
    this.#failures += 1;
    if (this.#failures > failures) return undefined;
    return backOff(this.#limits, this.#failures - 1) * (0.5 + this.#random() / 2);
  }
}
