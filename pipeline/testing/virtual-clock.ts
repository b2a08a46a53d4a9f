import type { Clock } from '../core/ports/clock.ts';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

const stuck = 'Nothing sleeps in virtual time, and what is waited for has not finished.';

/** A turn of the event loop, which comes after every promise that is ready. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Time that stands still until a test moves it. Sleepers are woken in the order in which they are due, those due together in the
 * order in which they fell asleep, and each has run as far as it can before the next is woken: equal programs give equal runs.
 *
 * `sleep(0)` does not wait. Only what waits by promises is settled; real I/O in between is waited for if it goes through `during`.
 */
export class VirtualClock implements Clock {
  #now: number;
  readonly #start: number;
  #sleepers: Sleeper[] = [];
  readonly #outside = new Set<Promise<unknown>>();

  /** `start`: ms since the epoch. */
  constructor(start: number = Date.UTC(2024, 0, 1)) {
    this.#now = start;
    this.#start = start;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now - this.#start;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= 0 || signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = (): void => this.#cancel(sleeper);
      const wake = (): void => {
        signal?.removeEventListener('abort', cancel);
        resolve();
      };
      const sleeper = { due: this.#now + ms, wake };
      this.#insert(sleeper);
      signal?.addEventListener('abort', cancel, { once: true });
    });
  }

  /** How many sleep now. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** Lets `ms` pass, waking who is due on the way, each at its own time. Resolves when all that was woken has settled. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.#settle();
    while ((this.#sleepers[0]?.due ?? Infinity) <= end) await this.#wakeNext();
    this.#now = end;
  }

  /**
   * Passes as much time as `work` needs to finish, jumping from sleeper to sleeper, and gives its result.
   * Throws when `work` waits and nobody sleeps: no passing of time could ever finish it.
   */
  async until<T>(work: Promise<T>): Promise<T> {
    const state = { done: false };
    const finish = (): void => {
      state.done = true;
    };
    work.then(finish, finish);
    await this.#settle();
    while (!state.done) {
      if ((this.#sleepers[0]?.due ?? Infinity) === Infinity) throw new Error(stuck);
      await this.#wakeNext();
    }
    return work;
  }

  /** Lets no time pass before this work is done, which goes on outside of it: real I/O. It must not wait for this clock. Gives its result. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#outside.add(work);
    try {
      return await work;
    } finally {
      this.#outside.delete(work);
    }
  }

  /** Lets everything that can go on without time passing go on. */
  async #settle(): Promise<void> {
    await turn();
    while (this.#outside.size > 0) {
      await Promise.allSettled(this.#outside);
      await turn();
    }
  }

  async #wakeNext(): Promise<void> {
    const next = this.#sleepers.shift();
    if (next === undefined) return;
    this.#now = Math.max(this.#now, next.due);
    next.wake();
    await this.#settle();
  }

  #insert(sleeper: Sleeper): void {
    const at = this.#sleepers.findLastIndex((other) => other.due <= sleeper.due) + 1;
    this.#sleepers.splice(at, 0, sleeper);
  }

  #cancel(sleeper: Sleeper): void {
    this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
    sleeper.wake();
  }
}
