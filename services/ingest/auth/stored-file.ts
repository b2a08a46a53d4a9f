import { z } from 'zod';
import { MillraceError } from '../../../pipeline/core/errors.ts';

/** A name of a tenant: no `|`, which parts keys. */
export const tenantName = /^[a-zA-Z0-9._-]{1,100}$/;

/** How the ids of keys and secrets look. */
export const storedId = /^[0-9a-z]{12}$/;

/** A file of JSON with one list of entries that have ids. */
export interface StoredFile<T> {
  /** What it holds, in the plural. */
  readonly what: string;
  /** Reads the text of the file. Throws `bad_config` with the places that are wrong; nothing of what stands there is repeated. */
  readonly read: (text: string) => ReadonlyArray<T>;
  /** The text of the file. */
  readonly write: (entries: ReadonlyArray<T>) => string;
}

const twice = (entries: ReadonlyArray<{ readonly id: string }>): string | undefined =>
  entries.find(({ id }, index) => entries.findIndex((other) => other.id === id) !== index)?.id;

/** A text as JSON. Throws `bad_config` without a word of the text. */
export const parsedJson = (text: string, what: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says quotes the file.
    throw new MillraceError('bad_config', `the file of ${what} is no JSON`);
  }
};

/** Checks JSON by a shape. Throws `bad_config` with the places that are wrong, without their content. */
export const shaped = <T>(shape: z.ZodType<T>, given: unknown, what: string): T => {
  const { data, error } = shape.safeParse(given);
  if (error === undefined) return data;
  const places = [...new Set(error.issues.map((issue) => issue.path.join('.') || 'the top'))];
  throw new MillraceError('bad_config', `the file of ${what} is not one: look at ${places.join(', ')}`);
};

/** Describes a file whose list has the name `list`. */
export const storedFile = <T extends { readonly id: string }>(list: string, entry: z.ZodType<T>, what: string): StoredFile<T> => {
  const shape = z.strictObject({ [list]: z.array(entry) });
  const read = (text: string): ReadonlyArray<T> => {
    const entries = shaped(shape, parsedJson(text, what), what)[list] ?? [];
    const id = twice(entries);
    if (id !== undefined) throw new MillraceError('bad_config', `the file of ${what} has ${id} twice`);
    return entries;
  };
  return { what, read, write: (entries) => `${JSON.stringify({ [list]: entries }, null, 2)}\n` };
};
