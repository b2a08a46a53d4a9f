import { z } from 'zod';
import { MillraceError } from '../../pipeline/core/errors.ts';

const day = 86_400_000;
const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

const url = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'must be a URL that begins with http:// or https://')
  .refine((text) => !URL.canParse(text) || new URL(text).username === '', 'may hold no login: give a file')
  .refine((text) => !URL.canParse(text) || (new URL(text).search === '' && new URL(text).hash === ''), 'may have no query');

/** Which commands it is given, and how long it is waited for. Times in ms. */
const scope = {
  tenant: z.string().min(1),
  models: z.record(z.string().min(1), z.string().min(1)).optional(),
  since: z.iso
    .datetime()
    .transform((text) => Date.parse(text))
    .optional(),
  ackWithinMs: z.int().min(1_000).max(day).default(60_000),
  giveUpAfterMs: z
    .int()
    .min(1_000)
    .max(30 * day)
    .default(day),
};

/** Somebody who is spoken to over HTTP. */
const peer = { url, caFile: z.string().min(1).optional(), timeoutMs: z.int().min(10).max(10_000).default(5_000) };

/** A token on an open line is a token given away. */
const keepsToken = ({ url, tokenFile }: { readonly url: string; readonly tokenFile?: string | undefined }): boolean =>
  tokenFile === undefined || !url.startsWith('http://') || loopback.test(new URL(url).hostname);

const openLine = { path: ['url'], error: 'must begin with https://, since a token is sent there' };

const file = z.strictObject({ kind: z.literal('file'), ...scope, folder: z.string().min(1) });

const webhook = z.strictObject({ kind: z.literal('webhook'), ...scope, ...peer, secretFile: z.string().min(1) });

const mlflow = z
  .strictObject({
    kind: z.literal('mlflow'),
    ...scope,
    ...peer,
    alias: z.string().min(1),
    tokenFile: z.string().min(1).optional(),
    versionPrefix: z.string().default(''),
  })
  .refine(keepsToken, openLine);

const dnsLabel = z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be a name of Kubernetes');

const argo = z
  .strictObject({
    kind: z.literal('argo-rollouts'),
    ...scope,
    ...peer,
    namespace: dnsLabel,
    tokenFile: z.string().min(1),
    versionLabel: z.string().min(1).default('app.kubernetes.io/version'),
  })
  .refine(keepsToken, openLine);

const actuator = z.discriminatedUnion('kind', [file, webhook, mlflow, argo]);

/** What an actuator is, where, and for which commands. */
export type ActuatorSettings = Readonly<z.output<typeof actuator>>;

/** The settings of one kind of actuators. */
export type SettingsOf<K extends ActuatorSettings['kind']> = Extract<ActuatorSettings, { readonly kind: K }>;

const takes =
  'an object by name, e.g. {"registry": {"kind": "mlflow", "tenant": "acme", "url": "https://mlflow.internal", "alias": "champion"}}';

const parsed = (text: string, place: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new MillraceError('bad_config', `${place} is no JSON; it takes ${takes}`);
  }
};

/** The name is part of a consumer group, of a topic and of the ids of acknowledgements. */
const name = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'the name must be lower-case words joined with "-"');

/**
 * Reads the settings of actuators out of a JSON text. `place` names it in messages, which repeat no value.
 *
 * @throws MillraceError `bad_config` with every mistake and where it is.
 */
export const readActuators = (text: string, place: string): Readonly<Record<string, ActuatorSettings>> => {
  const { data, error } = z
    .record(name, actuator)
    .refine((all) => Object.keys(all).length > 0, 'names no actuator')
    .safeParse(parsed(text, place));
  if (data !== undefined) return data;
  const reason = (issue: z.core.$ZodIssue): string =>
    issue.code === 'invalid_key' ? issue.issues.map(({ message }) => message).join(', ') : issue.message;
  const mistakes = error.issues.map((issue) => `${place}: ${issue.path.join('.') || 'the whole'}: ${reason(issue)}`);
  throw new MillraceError('bad_config', `${mistakes.join('\n')}\nIt takes ${takes}`);
};
