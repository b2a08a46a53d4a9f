import type { Credential } from './key-ring.ts';
import { TokenBucket } from './token-bucket.ts';

/** Records a second; undefined: no limit. */
export interface Rates {
  readonly perKey?: number | undefined;
  readonly perTenant?: number | undefined;
}

/** The limits of what a key and a tenant may send to this process. */
export class RateLimits {
  readonly #rates: Rates;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(rates: Rates) {
    this.#rates = rates;
  }

  /** How long until this sender is let in, in ms; 0 if it is now. `now`: ms of a monotonic clock. */
  wait(credential: Credential, now: number): number {
    return Math.max(0, ...this.#of(credential, now).map((bucket) => bucket.wait(now)));
  }

  /** Counts records that were let in. */
  take(credential: Credential, records: number, now: number): void {
    for (const bucket of this.#of(credential, now)) bucket.take(records, now);
  }

  #of({ keyId, tenant }: Credential, now: number): ReadonlyArray<TokenBucket> {
    const { perKey, perTenant } = this.#rates;
    return [
      ...(perKey === undefined ? [] : [this.#bucket(`key ${keyId}`, perKey, now)]),
      ...(perTenant === undefined ? [] : [this.#bucket(`tenant ${tenant}`, perTenant, now)]),
    ];
  }

  /** One for each key and tenant that has been let in: as many as the file of keys has had. */
  #bucket(name: string, rate: number, now: number): TokenBucket {
    const known = this.#buckets.get(name);
    if (known !== undefined) return known;
    const bucket = new TokenBucket(rate, now);
    this.#buckets.set(name, bucket);
    return bucket;
  }
}
