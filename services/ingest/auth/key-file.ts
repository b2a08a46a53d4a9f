import { z } from 'zod';
import { MillraceError } from '../../../pipeline/core/errors.ts';

/** What a key may do. `read` and `admin` are kept for what reads and administers. */
export const scopes = ['write_feedback', 'write_inference', 'read', 'admin'] as const;

/** One of the scopes. */
export type Scope = (typeof scopes)[number];

/** A name of a tenant: no `|`, which parts keys. */
export const tenantName = /^[a-zA-Z0-9._-]{1,100}$/;

const key = z.strictObject({
  id: z.string().regex(/^[0-9a-z]{12}$/),
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

const file = z.strictObject({ keys: z.array(key) });

/** A key as the file has it: everything but the key itself. */
export type StoredKey = z.infer<typeof key>;

const twice = (keys: ReadonlyArray<StoredKey>): string | undefined =>
  keys.find(({ id }, index) => keys.findIndex((other) => other.id === id) !== index)?.id;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says quotes the file.
    throw new MillraceError('bad_config', 'the file of API keys is no JSON');
  }
};

/**
 * Reads the text of a file of API keys.
 *
 * @throws MillraceError `bad_config` with the places that are wrong; nothing of what stands there is repeated.
 */
export const readKeys = (text: string): ReadonlyArray<StoredKey> => {
  const { data, error } = file.safeParse(parsed(text));
  if (error !== undefined) {
    const places = [...new Set(error.issues.map((issue) => issue.path.join('.') || 'the top'))];
    throw new MillraceError('bad_config', `the file of API keys is not one: look at ${places.join(', ')}`);
  }
  const id = twice(data.keys);
  if (id !== undefined) throw new MillraceError('bad_config', `the file of API keys has the key ${id} twice`);
  return data.keys;
};

/** The text of a file of API keys. */
export const writeKeys = (keys: ReadonlyArray<StoredKey>): string => `${JSON.stringify({ keys }, null, 2)}\n`;
