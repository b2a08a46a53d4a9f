import type { LinkGrant } from '../auth/key-ring.ts';

/** What is known of a record besides its body: from whom it came, and when. */
export interface Origin {
  /** Of the credential, never of the body. */
  readonly tenant: string;
  readonly apiKeyId: string;
  /** What the browser link lets say that it came by. */
  readonly link?: LinkGrant | undefined;
  /** The header `Idempotency-Key`. */
  readonly idempotencyKey?: string | undefined;
  /** The header `traceparent`, if it is one. */
  readonly traceparent?: string | undefined;
  /** When it arrived, ms since the epoch. */
  readonly now: number;
}
