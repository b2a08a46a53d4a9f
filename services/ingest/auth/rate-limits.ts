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

/** How many keys, links and bearers of tokens are remembered. Whoever floods with more was given as many. */
const senderEntries = 100_000;

interface Buckets {
  get(name: string): TokenBucket | undefined;
  set(name: string, bucket: TokenBucket): unknown;
}

/** One for each sender that has been let in. Of tenants there are as many as somebody speaks for. */
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
  readonly #tenants = new Map<string, TokenBucket>();
  readonly #senders = new LRUCache<string, TokenBucket>({ max: senderEntries });

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
      ...(own === undefined ? [] : [bucketIn(this.#senders, name, { rate: own, now })]),
      ...(perTenant === undefined ? [] : [bucketIn(this.#tenants, tenant, { rate: perTenant, now })]),
    ];
  }
}
