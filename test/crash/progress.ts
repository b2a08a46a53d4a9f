import { systemClock } from '../../pipeline/runtime/system-clock.ts';

/** Tells what was done when: one line each, with the seconds since `begin`. */
export class Progress {
  readonly #write: (line: string) => void;
  readonly #lines: string[] = [];
  #began = systemClock.monotonic();

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  begin(): void {
    this.#began = systemClock.monotonic();
  }

  get seconds(): number {
    return (systemClock.monotonic() - this.#began) / 1_000;
  }

  /** All that was told so far. */
  get lines(): ReadonlyArray<string> {
    return this.#lines;
  }

  say(text: string): void {
    const line = `[${this.seconds.toFixed(1).padStart(6)} s] ${text}`;
    this.#lines.push(line);
    this.#write(`${line}\n`);
  }
}
