import { LRUCache } from 'lru-cache';
import type { Credential } from './key-ring.ts';
import { TokenBucket } from './token-bucket.ts';

/** Records a second; undefined: no limit. */
export interface Rates {
  readonly perKey?: number | undefined;
  readonly perTenant?: number | undefined;
  /** Of each browser link. */
  readonly perLink?: number | undefined;
}

/** How many links are remembered. Whoever floods with more has made as many links. */
const linkEntries = 100_000;

interface Buckets {
  get(name: string): TokenBucket | undefined;
  set(name: string, bucket: TokenBucket): unknown;
}

/** One for each sender that has been let in. Of keys and tenants there are as many as the file of keys has had. */
const bucketIn = (buckets: Buckets, name: string, { rate, now }: { readonly rate: number; readonly now: number }): TokenBucket => {
  const known = buckets.get(name);
  if (known !== undefined) return known;
  const bucket = new TokenBucket(rate, now);
  buckets.set(name, bucket);
  return bucket;
};

/** The limits of what a key, a link and a tenant may send to this process. */
export class RateLimits {
  readonly #rates: Rates;
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #links = new LRUCache<string, TokenBucket>({ max: linkEntries });

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

  #of({ keyId, tenant, link }: Credential, now: number): ReadonlyArray<TokenBucket> {
    const { perKey, perTenant, perLink } = this.#rates;
    const own = link === undefined ? perKey : perLink;
    const name = link === undefined ? `key ${keyId}` : `link ${tenant} ${link.id}`;
    return [
      ...(own === undefined ? [] : [bucketIn(link === undefined ? this.#buckets : this.#links, name, { rate: own, now })]),
      ...(perTenant === undefined ? [] : [bucketIn(this.#buckets, `tenant ${tenant}`, { rate: perTenant, now })]),
    ];
  }
}
