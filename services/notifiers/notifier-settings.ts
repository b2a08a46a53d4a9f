import { z } from 'zod';
import { MillraceError } from '../../pipeline/core/errors.ts';
import { readReceivers, type ReceiverSettings } from '../../pipeline/http-delivery/receiver-settings.ts';

/** Which alerts it is given: those of a tenant, of some models, from some severity on. Without one, all. */
const scope = {
  tenant: z.string().min(1),
  models: z.array(z.string().min(1)).min(1).optional(),
  atLeast: z.enum(['warning', 'alert']).default('warning'),
};

const day = 86_400_000;
const isUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

const webhook = z.object({ kind: z.literal('webhook'), ...scope, secretFile: z.string().min(1) });
const slack = z.object({ kind: z.literal('slack'), ...scope });
const alertmanager = z.object({
  kind: z.literal('alertmanager'),
  ...scope,
  /** For how long an alert counts that is not told again, ms. Longer than the reminders are apart. */
  holdMs: z
    .int()
    .min(60_000)
    .max(30 * day)
    .default(8 * 3_600_000),
  labels: z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'is not the name of a label'), z.string().min(1)).default({}),
  generatorUrl: z.string().refine(isUrl, 'must be a URL that begins with http:// or https://').optional(),
});

const kinds = { webhook, slack, alertmanager } as const;
const notifier = z.discriminatedUnion('kind', [webhook, slack, alertmanager]);

/** What a notifier is, for which alerts, and where its receiver is. */
export type NotifierSettings = Readonly<z.output<typeof notifier>> & { readonly receiver: ReceiverSettings };

/** The settings of one kind of notifiers. */
export type SettingsOf<K extends NotifierSettings['kind']> = Extract<NotifierSettings, { readonly kind: K }>;

const takes =
  'an object by name, e.g. {"team": {"kind": "slack", "tenant": "acme", "url": {"file": "/run/secrets/slack-url"}}}; "url", "headers", "timeoutMs" and "caFile" are as for endpoints';

const parsed = (text: string, place: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may hold a secret.
    throw new MillraceError('bad_config', `${place} is no JSON; it takes ${takes}`);
  }
};

/** The name is part of a consumer group and of a topic. */
const name = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'the name must be lower-case words joined with "-"');

const own = new Set(Object.values(kinds).flatMap(({ shape }) => Object.keys(shape)));

const reasonOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_key' ? issue.issues.map(({ message }) => message).join(', ') : issue.message;

type Entries = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What of an entry is not a notifier's own is where its receiver is. */
const receiversIn = (entries: Entries): string => {
  const rest = (entry: Entries[string]): unknown => Object.fromEntries(Object.entries(entry).filter(([option]) => !own.has(option)));
  return JSON.stringify(Object.fromEntries(Object.entries(entries).map(([called, entry]) => [called, rest(entry)])));
};

const accepted = <T>(schema: z.ZodType<T>, value: unknown, place: string): T => {
  const { data, error } = schema.safeParse(value);
  if (data !== undefined) return data;
  const mistakes = (error?.issues ?? []).map((issue) => `${place}: ${issue.path.join('.') || 'the whole'}: ${reasonOf(issue)}`);
  throw new MillraceError('bad_config', `${mistakes.join('\n')}\nIt takes ${takes}`);
};

const anyEntries = z.record(name, z.record(z.string(), z.unknown())).refine((all) => Object.keys(all).length > 0, 'names no notifier');

/**
 * Reads the settings of notifiers out of a JSON text. `place` names it in messages, which repeat no value.
 *
 * @throws MillraceError `bad_config` with every mistake and where it is.
 */
export const readNotifiers = (text: string, place: string): Readonly<Record<string, NotifierSettings>> => {
  const entries = accepted(anyEntries, parsed(text, place), place);
  const settings = accepted(z.record(name, notifier), entries, place);
  const receivers = readReceivers(receiversIn(entries), place);
  return Object.fromEntries(
    Object.entries(settings).flatMap(([called, each]) => {
      const receiver = receivers[called];
      return receiver === undefined ? [] : [[called, { ...each, receiver }] as const];
    }),
  );
};
