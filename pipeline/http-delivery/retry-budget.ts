/** How many retries are allowed: a share of the requests that are new, and a few beside it so that trying goes on while nothing gets through. */
export interface RetryAllowance {
  readonly share: number;
  readonly perSecond: number;
  /** The most that can be saved up. */
  readonly most: number;
}

export const defaultAllowance: RetryAllowance = { share: 0.2, perSecond: 10, most: 100 };

/**
 * Bounds the retries that all partitions of an endpoint make together, so that a receiver in trouble is not drowned by them: however many
 * keys and partitions wait, no more than `perSecond` and a share of the new requests is added to its load.
 */
export class RetryBudget {
  readonly #allowance: RetryAllowance;
  readonly #monotonic: () => number;
  #saved: number;
  #at: number;

  /** `monotonic`: ms. It begins full. */
  constructor(monotonic: () => number, allowance: RetryAllowance = defaultAllowance) {
    this.#allowance = allowance;
    this.#monotonic = monotonic;
    this.#saved = allowance.most;
    this.#at = monotonic();
  }

  /** A request is made for the first time. */
  earn(): void {
    this.#add(this.#allowance.share);
  }

  /** Takes a retry, if one is allowed now. */
  take(): boolean {
    const now = this.#monotonic();
    this.#add(((now - this.#at) * this.#allowance.perSecond) / 1000);
    this.#at = now;
    if (this.#saved < 1) return false;
    this.#saved -= 1;
    return true;
  }

  #add(count: number): void {
    this.#saved = Math.min(this.#allowance.most, this.#saved + count);
  }
}
