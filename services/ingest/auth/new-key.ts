import { createHash, randomBytes } from 'node:crypto';
import type { Scope, StoredKey } from './key-file.ts';

const idBytes = 6;
const secretBytes = 32;

/** The SHA-256 of a key. A key has 256 random bits, so that nothing slower than this is needed against guessing. */
export const keyHash = (key: string): Buffer => createHash('sha256').update(key).digest();

/** What a key is made for. Times are ms since the epoch. */
export interface KeyOrder {
  readonly tenant: string;
  readonly scopes: ReadonlyArray<Scope>;
  readonly now: number;
  readonly expires?: number | undefined;
  readonly note?: string | undefined;
}

const time = (ms: number): string => new Date(ms).toISOString();

/** Makes a key, `mrk_<id>_<secret>`, and what is stored of it. The key cannot be had again. */
export const newKey = ({ tenant, scopes, now, expires, note }: KeyOrder): { readonly key: string; readonly stored: StoredKey } => {
  const id = randomBytes(idBytes).toString('hex');
  const key = `mrk_${id}_${randomBytes(secretBytes).toString('base64url')}`;
  const stored = {
    id,
    tenant,
    scopes: [...scopes],
    sha256: keyHash(key).toString('hex'),
    created: time(now),
    ...(expires === undefined ? {} : { expires: time(expires) }),
    ...(note === undefined ? {} : { note }),
  };
  return { key, stored };
};

/** Marks a key as revoked. */
export const revokedKey = (stored: StoredKey, now: number): StoredKey => ({ ...stored, revoked: stored.revoked ?? time(now) });
