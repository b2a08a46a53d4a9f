import { randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Credential } from './key-ring.ts';
import { type LinkClaims, signatureOf } from './feedback-link.ts';
import type { LinkSecret } from './link-secrets.ts';

const second = 1_000;

const form = /^(mrl\.([0-9a-z]{12})\.([A-Za-z0-9_-]{1,4000}))\.([A-Za-z0-9_-]{43})$/;

const claims: z.ZodType<LinkClaims> = z.strictObject({
  t: z.string(),
  i: z.string().min(1).max(512),
  k: z.string().min(1).max(128),
  e: z.int().min(0),
  n: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/),
  v: z.unknown().optional(),
});

const claimsOf = (text: string): LinkClaims | undefined => {
  try {
    return claims.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString())).data;
  } catch {
    return undefined;
  }
};

/** Whose signature is compared where there is no such secret, so that this takes as long. */
const nobody = randomBytes(32).toString('base64url');

const writing: Credential['scopes'] = new Set(['write_feedback']);

const credentialOf = (told: LinkClaims | undefined, { id, tenant }: LinkSecret, now: number): Credential | undefined => {
  if (told?.t !== tenant || now >= told.e * second) return undefined;
  return { keyId: id, tenant, scopes: writing, link: { id: told.n, inference: told.i, key: told.k, value: told.v } };
};

/** The secrets whose links let somebody in. Unchangeable: a changed file makes another ring. */
export class LinkRing {
  readonly #secrets: ReadonlyMap<string, LinkSecret>;

  constructor(secrets: ReadonlyArray<LinkSecret>) {
    this.#secrets = new Map(secrets.map((secret) => [secret.id, secret]));
  }

  /** What the token of a link lets do at `now` (ms since the epoch); undefined if nothing. Nothing in a token is read before its signature. */
  find(token: unknown, now: number): Credential | undefined {
    const match = form.exec(typeof token === 'string' ? token : '');
    if (match === null) return undefined;
    const [, signed = '', id = '', text = '', signature = ''] = match;
    const secret = this.#signerOf(id, signed, signature);
    return secret === undefined ? undefined : credentialOf(claimsOf(text), secret, now);
  }

  /** The secret that has signed; undefined if none has that still does. */
  #signerOf(id: string, signed: string, signature: string): LinkSecret | undefined {
    const found = this.#secrets.get(id);
    // As text: two texts of base64url may be the same bytes.
    const right = Buffer.from(signatureOf(signed, found?.secret ?? nobody));
    return timingSafeEqual(right, Buffer.from(signature)) && found?.revoked === undefined ? found : undefined;
  }
}
