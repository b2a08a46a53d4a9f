import { timingSafeEqual } from 'node:crypto';
import { type Scope, type StoredKey } from './key-file.ts';
import { keyHash } from './new-key.ts';

/** What a browser link lets its bearer say, besides which nothing. */
export interface LinkGrant {
  /** The identity of the link: without a key of its own, all that is said by it is one feedback. */
  readonly id: string;
  readonly inference: string;
  /** The name of the signal. */
  readonly key: string;
  /** The one value that may be sent; any if undefined. */
  readonly value?: unknown;
}

/** Who sends a request, as its API key, link or token says. */
export interface Credential {
  /** Of the API key, or of the secret that signed the link. */
  readonly keyId: string;
  readonly tenant: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Of those who come by a link. */
  readonly link?: LinkGrant | undefined;
}

interface Entry {
  readonly credential: Credential;
  readonly hash: Buffer;
  /** ms since the epoch. */
  readonly ends: number;
}

const form = /^Bearer +(mrk_([0-9a-z]{12})_[A-Za-z0-9_-]{43})$/i;

/** What is compared with where there is no such key, so that this takes as long. */
const nobody = { hash: Buffer.alloc(32), ends: -Infinity, credential: undefined };

const msOf = (time: string | undefined): number => (time === undefined ? Infinity : Date.parse(time));

const entryOf = ({ id, tenant, scopes, sha256, expires, revoked }: StoredKey): Entry => ({
  credential: { keyId: id, tenant, scopes: new Set(scopes) },
  hash: Buffer.from(sha256, 'hex'),
  ends: Math.min(msOf(expires), msOf(revoked)),
});

/** The keys that let somebody in. Unchangeable: a changed file makes another ring. */
export class KeyRing {
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(keys: ReadonlyArray<StoredKey>) {
    this.#entries = new Map(keys.map((key) => [key.id, entryOf(key)]));
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Who an `Authorization` header is, at `now` (ms since the epoch); undefined if nobody. Takes as long for a wrong key as for an unknown one. */
  find(header: string | undefined, now: number): Credential | undefined {
    const match = form.exec(header ?? '');
    if (match === null) return undefined;
    const [, key = '', id = ''] = match;
    const { hash, ends, credential } = this.#entries.get(id) ?? nobody;
    return timingSafeEqual(keyHash(key), hash) && now < ends ? credential : undefined;
  }
}
