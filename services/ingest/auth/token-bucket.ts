const second = 1_000;

/**
 * A token bucket: `rate` records a second, and as many at once after a second of rest. A request is let in while there is anything left, whatever it
 * costs, and what it takes too much has to be made up for first: so a batch may be larger than the bucket.
 */
export class TokenBucket {
  readonly #rate: number;
  #tokens: number;
  #at: number;

  /** `now`: ms of a monotonic clock, as in all calls. */
  constructor(rate: number, now: number) {
    this.#rate = rate;
    this.#tokens = rate;
    this.#at = now;
  }

  /** How long until something is let in, in ms; 0 if it is now. */
  wait(now: number): number {
    this.#refill(now);
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) / this.#rate) * second);
  }

  /** Takes what a request costs, in records. */
  take(records: number, now: number): void {
    this.#refill(now);
    this.#tokens -= records;
  }

  #refill(now: number): void {
    this.#tokens = Math.min(this.#rate, this.#tokens + ((now - this.#at) / second) * this.#rate);
    this.#at = now;
  }
}
