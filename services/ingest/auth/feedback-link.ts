import { createHmac, randomBytes } from 'node:crypto';

/** What signs links: a secret of `millrace ingest links`. */
export interface LinkSigner {
  readonly id: string;
  readonly tenant: string;
  readonly secret: string;
}

/** What a link lets its bearer say. */
export interface LinkOrder {
  /** The one inference that may be judged. */
  readonly inference: string;
  /** The name of the one signal, e.g. `thumbs`. */
  readonly key: string;
  /** When it ends, ms since the epoch. */
  readonly expires: number;
  /** The one value that may be sent, if only one; as `value` of the request has it. */
  readonly value?: unknown;
  /**
   * The identity of the link, 1 to 64 letters, digits, `.`, `_` and `-`; a random one if left out. Links of one id are one: a page that is made twice
   * gives feedback once if its links have the same.
   */
  readonly id?: string | undefined;
}

/** What stands in a token, besides the signature. */
export interface LinkClaims {
  readonly t: string;
  readonly i: string;
  readonly k: string;
  /** Seconds since the epoch. */
  readonly e: number;
  readonly n: string;
  readonly v?: unknown;
}

const second = 1_000;
const idBytes = 12;

/** The signature of the first three parts of a token. */
export const signatureOf = (signed: string, secret: string): string =>
  createHmac('sha256', Buffer.from(secret, 'base64url')).update(signed).digest('base64url');

/**
 * Makes the token of a browser link, `mrl.<secret id>.<claims>.<signature>`, HMAC-SHA256. For servers: whoever has the token may give
 * feedback for that inference and signal of the tenant until it ends, and do nothing else. It is not encrypted: what stands in it can be read.
 *
 * @example
 * const token = feedbackLink({ inference: '7d44…', key: 'thumbs', expires: Date.now() + 86_400_000 }, signer);
 */
export const feedbackLink = ({ inference, key, expires, value, id }: LinkOrder, signer: LinkSigner): string => {
  const claims: LinkClaims = {
    t: signer.tenant,
    i: inference,
    k: key,
    e: Math.floor(expires / second),
    n: id ?? randomBytes(idBytes).toString('base64url'),
    ...(value === undefined ? {} : { v: value }),
  };
  const signed = `mrl.${signer.id}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${signed}.${signatureOf(signed, signer.secret)}`;
};
