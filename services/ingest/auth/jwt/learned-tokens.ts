import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Refusal, refusal } from '../../refusal.ts';
import type { Credential } from '../key-ring.ts';
import type { TokenVerifier } from './token-verifier.ts';

/** How many bearers are remembered, and for how long a token counts without another look at its signature and its end, in ms. */
const entries = 10_000;
const rememberFor = 10_000;

interface Learned {
  readonly found: Credential | Refusal;
  readonly at: number;
}

const forgotten = refusal('unavailable', 'the token has to be checked anew; come again', { retryAfterMs: 1_000 });

const nameOf = (authorization: string): string => createHash('sha256').update(authorization).digest('base64');

/**
 * What has been found out about tokens. Checking one takes time and may wait for the keys of the issuer: a transport learns the token of a request
 * first, and finds its bearer then, at once.
 */
export class LearnedTokens {
  readonly #verifier: TokenVerifier;
  readonly #learned = new LRUCache<string, Learned>({ max: entries });

  constructor(verifier: TokenVerifier) {
    this.#verifier = verifier;
  }

  /** Resolves when the token of a header `Authorization` is known, at once if it is or if there is none. Never rejects. `now`: ms since the epoch. */
  async learn(authorization: string | undefined, now: number): Promise<void> {
    if (authorization === undefined || this.#isKnown(authorization, now)) return;
    const found = await this.#verifier.verify(authorization, now);
    if (found !== undefined) this.#learned.set(nameOf(authorization), { found, at: now });
  }

  /** Who a header `Authorization` is whose token was learned; undefined if it holds none. */
  find(authorization: string | undefined): Credential | Refusal | undefined {
    if (authorization === undefined || !this.#verifier.isToken(authorization)) return undefined;
    return this.#learned.get(nameOf(authorization))?.found ?? forgotten;
  }

  #isKnown(authorization: string, now: number): boolean {
    if (!this.#verifier.isToken(authorization)) return true;
    const learned = this.#learned.get(nameOf(authorization));
    return learned !== undefined && 'keyId' in learned.found && now - learned.at < rememberFor;
  }
}
