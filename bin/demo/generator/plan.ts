import type { SeededDraw } from './seeded-draw.ts';

/** What every part of the generator knows of the run that is made. Times are in µs since the epoch, UTC. */
export interface Plan {
  readonly draw: SeededDraw;
  readonly seed: number;
  /** Everybody answers, everything arrives at once and in order, and nothing is wrong. */
  readonly clean: boolean;
  /** The classes that predictions name. */
  readonly labels: ReadonlyArray<string>;
  readonly start: number;
  /** Start of the last inference. */
  readonly end: number;
}
