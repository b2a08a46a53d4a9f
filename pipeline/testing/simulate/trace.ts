import type { Clock } from '../../core/ports/clock.ts';

/** One thing that happened in a run. */
export interface TraceEvent {
  /** ms of virtual time from the beginning. */
  readonly at: number;
  /** The process, or what else it happened to. */
  readonly who: string;
  readonly what: string;
}

/** Writes down what happens in a run, in order. */
export class Trace {
  readonly events: TraceEvent[] = [];
  readonly #clock: Clock;
  #isOver = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(who: string, what: string): void {
    if (!this.#isOver) this.events.push({ at: this.#clock.monotonic(), who, what });
  }

  /** Nothing that comes now is of interest. */
  over(): void {
    this.#isOver = true;
  }
}

const time = (ms: number): string => `${(ms / 1_000).toFixed(3)} s`;

/** The events as lines: virtual time, who, what. */
export const traceLines = (events: ReadonlyArray<TraceEvent>): ReadonlyArray<string> => {
  const width = Math.max(0, ...events.map(({ who }) => who.length));
  return events.map(({ at, who, what }) => `${time(at).padStart(9)}  ${who.padEnd(width)}  ${what}`);
};
