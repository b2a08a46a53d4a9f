import { z } from 'zod';
import { MillraceError, messageOf } from '../core/errors.ts';

const source = z.union(
  [
    z.string().transform((value) => ({ value })),
    z.strictObject({ env: z.string().min(1), prefix: z.string().default('') }),
    z.strictObject({ file: z.string().min(1), prefix: z.string().default('') }),
  ],
  'takes a text, {"env": "NAME"} or {"file": "PATH"}, both with a "prefix" if wanted',
);

/** Where a text comes from: it stands there, or it is a secret in an environment variable or a file; `prefix` goes before it. */
export type TextSource = z.output<typeof source>;

/** Header names that the delivery itself sets. */
const own = new Set(['content-type', 'content-length', 'host', 'idempotency-key', 'transfer-encoding', 'connection', 'expect']);

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'is not the name of a header')
  .refine((name) => !own.has(name.toLowerCase()), 'is set by the delivery itself');

const receiver = z.strictObject({
  url: source,
  headers: z.record(headerName, source).default({}),
  timeoutMs: z.int().min(10).max(25_000).default(10_000),
  keyPrefix: z
    .string()
    .regex(/^[A-Za-z0-9._-]*$/, 'may have letters, digits, ".", "_" and "-" only')
    .default(''),
  caFile: z.string().optional(),
});

/** Where an endpoint is and how it is to be spoken to: a setting of the process. */
export type ReceiverSettings = Readonly<z.output<typeof receiver>>;

/** What the name of an endpoint leads to. */
export type Receivers = Readonly<Record<string, ReceiverSettings>>;

const takes = `an object by endpoint, e.g. {"deploy-hook": {"url": "https://…", "headers": {"authorization": {"file": "/run/secrets/token", "prefix": "Bearer "}}}}`;

const parsed = (text: string, place: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may hold a secret.
    throw new MillraceError('bad_config', `${place} is no JSON; it takes ${takes}`);
  }
};

/** A key that is not accepted has its reasons within. */
const reasonOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_key' ? issue.issues.map(({ message }) => message).join(', ') : issue.message;

/**
 * Reads the settings of endpoints out of a JSON text. `place` names it in messages, which never repeat a value.
 *
 * @throws MillraceError `bad_config` with every mistake and where it is.
 */
export const readReceivers = (text: string, place: string): Receivers => {
  const { data, error } = z.record(z.string(), receiver).safeParse(parsed(text, place));
  if (data !== undefined) return data;
  const mistakes = error.issues.map((issue) => `${place}: ${issue.path.join('.') || 'the whole'}: ${reasonOf(issue)}`);
  throw new MillraceError('bad_config', `${mistakes.join('\n')}\nIt takes ${takes}`);
};

/** What reading texts needs. */
export interface TextPorts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => Promise<string>;
}

/**
 * A text from where its source says. Files are read anew each time, so that a secret can be changed while the process runs.
 *
 * @throws MillraceError `bad_config` if the variable or the file is not there; `what` names what it is for.
 */
export const readText = async (from: TextSource, what: string, { env, readFile }: TextPorts): Promise<string> => {
  if ('value' in from) return from.value;
  if ('env' in from) {
    const value = env[from.env] ?? '';
    if (value === '') throw new MillraceError('bad_config', `${what}: the environment variable ${from.env} is not set`);
    return from.prefix + value;
  }
  try {
    return from.prefix + (await readFile(from.file)).replace(/\r?\n$/, '');
  } catch (error) {
    throw new MillraceError('bad_config', `${what}: the file cannot be read: ${messageOf(error)}`, error);
  }
};
