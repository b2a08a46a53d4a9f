import type { Clock } from '../../core/ports/clock.ts';
import type { Lookup } from '../../core/ports/lookup.ts';
import type { Answer } from '../task/lookup-stage.ts';

interface Cached {
  readonly found: unknown;
  readonly until: number;
}

/** How answers are kept. */
export interface CacheSettings {
  /** ms for which an answer is used again. */
  readonly ttl: number;
  /** ms for which "there is nothing" is. */
  readonly negativeTtl: number;
  /** Answers kept at most; the oldest go first. */
  readonly size: number;
}

const defaults: CacheSettings = { ttl: 60_000, negativeTtl: 10_000, size: 100_000 };

/** A lookup with a bounded cache and a deadline: what the port does not answer in time, or fails to, is `late`. */
export class CachedLookup {
  readonly #port: Lookup<unknown>;
  readonly #clock: Clock;
  readonly #settings: CacheSettings;
  readonly #cache = new Map<string, Cached>();

  constructor(port: Lookup<unknown>, clock: Clock, settings: CacheSettings = defaults) {
    this.#port = port;
    this.#clock = clock;
    this.#settings = settings;
  }

  /** Answers every key, at the latest after `deadline` ms. Keys that are cached are not asked for. */
  async ask(keys: ReadonlyArray<string>, deadline: number): Promise<ReadonlyMap<string, Answer>> {
    const answers = new Map<string, Answer>();
    const missing = keys.filter((key) => !this.#take(key, answers));
    if (missing.length === 0) return answers;
    const fetched = await this.#fetch(missing, deadline);
    missing.forEach((key, at) => {
      if (fetched === 'late') answers.set(key, 'late');
      else this.#keep(key, fetched[at], answers);
    });
    return answers;
  }

  #take(key: string, answers: Map<string, Answer>): boolean {
    const cached = this.#cache.get(key);
    if (cached === undefined || cached.until <= this.#clock.monotonic()) return false;
    answers.set(key, { found: cached.found });
    return true;
  }

  #keep(key: string, found: unknown, answers: Map<string, Answer>): void {
    const ttl = found === undefined ? this.#settings.negativeTtl : this.#settings.ttl;
    this.#cache.delete(key);
    this.#cache.set(key, { found, until: this.#clock.monotonic() + ttl });
    answers.set(key, { found });
    if (this.#cache.size <= this.#settings.size) return;
    const [oldest] = this.#cache.keys();
    if (oldest !== undefined) this.#cache.delete(oldest);
  }

  async #fetch(keys: ReadonlyArray<string>, deadline: number): Promise<ReadonlyArray<unknown> | 'late'> {
    const cancel = new AbortController();
    const timer = new AbortController();
    const late = this.#clock.sleep(deadline, timer.signal).then(() => 'late' as const);
    try {
      return await Promise.race([this.#port.fetch(keys, cancel.signal), late]);
    } catch {
      return 'late';
    } finally {
      timer.abort();
      cancel.abort();
    }
  }
}
