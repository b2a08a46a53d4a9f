import { LRUCache } from 'lru-cache';

/** How many ids of callers are remembered. */
const remembered = 100_000;

const firstFailure = 400;

/**
 * Decides under which id a call is logged. A caller's own id is for the call that succeeds: a failed one gets a new id, so that the
 * caller can try again under the same, and so does a second success under an id that is taken.
 */
export class InferenceIds {
  readonly #newId: () => string;
  readonly #taken = new LRUCache<string, true>({ max: remembered });

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** `chosen`: the caller's id, if it has one. `status`: that of the upstream's answer; undefined if there is none. */
  idFor(chosen: string | undefined, status: number | undefined): string {
    const failed = status === undefined || status >= firstFailure;
    if (chosen === undefined || failed || this.#taken.has(chosen)) return this.#newId();
    this.#taken.set(chosen, true);
    return chosen;
  }
}
