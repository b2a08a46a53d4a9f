import { z } from 'zod';
import { storedFile, storedId, tenantName } from './stored-file.ts';

/** What a key may do. `read` and `admin` are kept for what reads and administers. */
export const scopes = ['write_feedback', 'write_inference', 'read', 'admin'] as const;

/** One of the scopes. */
export type Scope = (typeof scopes)[number];

const key = z.strictObject({
  id: z.string().regex(storedId),
  tenant: z.string().regex(tenantName),
  scopes: z.array(z.enum(scopes)).min(1),
  /** SHA-256 of the whole key, as hexadecimal digits. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  created: z.iso.datetime(),
  expires: z.iso.datetime().optional(),
  revoked: z.iso.datetime().optional(),
  /** For people. */
  note: z.string().max(256).optional(),
});

/** A key as the file has it: everything but the key itself. */
export type StoredKey = z.infer<typeof key>;

/** The file of API keys. */
export const keyFile = storedFile('keys', key, 'API keys');

/** Reads the text of the file. Throws `bad_config`. */
export const readKeys = keyFile.read;

/** The text of the file. */
export const writeKeys = keyFile.write;
