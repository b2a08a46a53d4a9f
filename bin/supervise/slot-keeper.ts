import type { Clock } from '../../pipeline/core/ports/clock.ts';
import type { Log } from '../../pipeline/core/ports/log.ts';
import { type Child, exitCodeOf } from './child.ts';
import type { Restarts } from './restarts.ts';

/** What keeping a slot needs. */
export interface SlotDeps {
  readonly slot: string;
  readonly start: () => Child;
  readonly restarts: Restarts;
  readonly clock: Clock;
  readonly log: Log;
}

/** Keeps one process running under its slot: whatever ends it, the next one takes its place, until it is to end or ends too often. */
export class SlotKeeper {
  readonly #deps: SlotDeps;
  readonly #stopping = new AbortController();
  #child: Child | undefined;
  #starts = 0;

  constructor(deps: SlotDeps) {
    this.#deps = deps;
  }

  get slot(): string {
    return this.#deps.slot;
  }

  /** Of the process that runs now; undefined between two. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** How often it was started again. */
  get restarts(): number {
    return Math.max(0, this.#starts - 1);
  }

  /** Runs until it was asked to end, or gives up. Resolves to the exit code of the last process; never rejects. */
  async run(): Promise<number> {
    const { clock, log, restarts, slot } = this.#deps;
    for (;;) {
      const began = clock.monotonic();
      const code = await this.#once();
      if (this.#isStopping()) return code;
      const waitMs = restarts.next(code, clock.monotonic() - began);
      if (waitMs === undefined) {
        log.error({ slot, code }, 'A process has ended and is not started again.');
        return code;
      }
      log.warn({ slot, code, waitMs: Math.round(waitMs) }, 'A process has ended and is started again.');
      await clock.sleep(waitMs, this.#stopping.signal);
      if (this.#isStopping()) return code;
    }
  }

  /** Asks the process to drain, a second time to end at once, and starts none any more. */
  ask(): void {
    this.#stopping.abort();
    this.#child?.ask();
  }

  kill(): void {
    this.#stopping.abort();
    this.#child?.kill();
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #once(): Promise<number> {
    this.#child = this.#deps.start();
    this.#starts += 1;
    const end = await this.#child.ended;
    this.#child = undefined;
    return exitCodeOf(end);
  }
}
