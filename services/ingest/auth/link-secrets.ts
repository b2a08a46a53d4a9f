import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { storedFile, storedId, tenantName } from './stored-file.ts';

const idBytes = 6;
const secretBytes = 32;

const secret = z.strictObject({
  id: z.string().regex(storedId),
  /** Whose links it signs; no other tenant's. */
  tenant: z.string().regex(tenantName),
  /** 256 random bits as base64url. Whoever has it can make links. */
  secret: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  created: z.iso.datetime(),
  revoked: z.iso.datetime().optional(),
});

/** A secret that links are signed with. */
export type LinkSecret = z.infer<typeof secret>;

/** The file of secrets of links. */
export const linkSecretFile = storedFile('secrets', secret, 'secrets of links');

/** Makes a secret for the links of a tenant. `now`: ms since the epoch. */
export const newLinkSecret = (tenant: string, now: number): LinkSecret => ({
  id: randomBytes(idBytes).toString('hex'),
  tenant,
  secret: randomBytes(secretBytes).toString('base64url'),
  created: new Date(now).toISOString(),
});

/** Marks a secret as revoked: its links end at once. */
export const revokedSecret = (stored: LinkSecret, now: number): LinkSecret => ({
  ...stored,
  revoked: stored.revoked ?? new Date(now).toISOString(),
});
