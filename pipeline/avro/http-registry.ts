import { MillraceError, messageOf } from '../core/errors.ts';
import {
  compatibilityLevels,
  type CompatibilityLevel,
  type RegisteredSchema,
  type RegistryClient,
  type SchemaReference,
  type SubjectVersion,
} from './registry-client.ts';
import { requestSender, type TlsTexts } from './send-request.ts';

/** How to reach a registry that speaks Confluent's HTTP API. */
export interface RegistrySettings {
  /** The API's base, e.g. `http://registry:8081` or Apicurio's `…/apis/ccompat/v7`. */
  readonly url: string;
  /** Basic authentication, or a bearer token. */
  readonly auth?: { readonly user: string; readonly password: string } | { readonly token: string } | undefined;
  readonly tls?: TlsTexts | undefined;
  /** How long one request may take, in ms; 10,000 if left out. */
  readonly timeoutMs?: number | undefined;
}

/** An answer: its status and its JSON. */
interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Json = Readonly<Record<string, unknown>>;
type Method = 'GET' | 'POST' | 'PUT';
type Call = (method: Method, path: string, body?: Json) => Promise<Answer>;

const mediaType = 'application/vnd.schemaregistry.v1+json';
const largestCache = 10_000;

/**
 * A client for the HTTP API of Confluent's schema registry, which Apicurio, Karapace and Redpanda speak as well. Stateless but for a cache
 * of schemas by id (an id's schema never changes). Does not retry: `registry_unavailable` says that the caller may.
 *
 * @example const registry = httpRegistry({ url: 'http://localhost:8081' });
 */
export const httpRegistry = (settings: RegistrySettings): RegistryClient => {
  const call = caller(settings);
  const known = new Map<number, RegisteredSchema>();
  return {
    ...writes(call),
    ...reads(call),
    schemaById: async (id) => {
      const cached = known.get(id);
      if (cached !== undefined) return cached;
      const found = await found404(call('GET', `/schemas/ids/${id}`), registeredOf);
      if (found !== undefined && known.size < largestCache) known.set(id, found);
      return found;
    },
  };
};

const reads = (call: Call): Pick<RegistryClient, 'subjects' | 'versions' | 'version' | 'compatibility'> => ({
  subjects: async () => strings(await expected(call('GET', '/subjects'))),
  versions: async (subject) => (await found404(call('GET', `/subjects/${encodeURIComponent(subject)}/versions`), numbers)) ?? [],
  version: (subject, version) => found404(call('GET', `/subjects/${encodeURIComponent(subject)}/versions/${version}`), versionOf),
  compatibility: (subject) => found404(call('GET', `/config/${encodeURIComponent(subject)}`), levelOf),
});

const writes = (call: Call): Pick<RegistryClient, 'lookup' | 'register' | 'setCompatibility' | 'check'> => ({
  lookup: (subject, schema) => found404(call('POST', `/subjects/${encodeURIComponent(subject)}`, { schema }), idOf),
  register: async (subject, schema) => {
    const answer = await call('POST', `/subjects/${encodeURIComponent(subject)}/versions`, { schema });
    if (answer.status !== 409 && answer.status !== 422) return idOf(ok(answer));
    throw new MillraceError('incompatible_schema', `The schema registry refuses a schema for '${subject}': ${reasonOf(answer)}`);
  },
  setCompatibility: async (subject, level) => {
    const put = (): Promise<Answer> => call('PUT', `/config/${encodeURIComponent(subject)}`, { compatibility: level });
    const answer = await put();
    // Apicurio says so to the second of two who set the first level of a subject at once.
    ok(answer.status === 409 ? await put() : answer);
  },
  check: async (subject, schema) => {
    const path = `/compatibility/subjects/${encodeURIComponent(subject)}/versions?verbose=true`;
    const answer = await call('POST', path, { schema });
    if (answer.status === 409 || answer.status === 422) return [reasonOf(answer)];
    return answer.status === 404 ? [] : verdictOf(ok(answer));
  },
});

const authorization = (auth: RegistrySettings['auth']): Readonly<Record<string, string>> => {
  if (auth === undefined) return {};
  if ('token' in auth) return { authorization: `Bearer ${auth.token}` };
  return { authorization: `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}` };
};

const caller = ({ url, auth, tls, timeoutMs = 10_000 }: RegistrySettings): Call => {
  const base = url.replace(/\/+$/, '');
  const headers = { accept: mediaType, 'content-type': mediaType, ...authorization(auth) };
  const send = requestSender(tls);
  return async (method, path, body) => {
    try {
      const request = { method, headers, signal: AbortSignal.timeout(timeoutMs), body: body && JSON.stringify(body) };
      const { status, text } = await send(`${base}${path}`, request);
      return judged({ status, body: text === '' ? undefined : parsed(text) }, `${method} ${base}${path}`);
    } catch (error) {
      if (error instanceof MillraceError) throw error;
      throw new MillraceError(
        'registry_unavailable',
        `The schema registry does not answer ${method} ${base}${path}: ${causeOf(error)}.`,
        error,
      );
    }
  };
};

/** Where several addresses were tried, or the time was up, the reason is in the parts or the cause. */
const causeOf = (error: unknown): string => {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error && error.cause instanceof Error ? messageOf(error.cause) : messageOf(error);
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Lets pass what says something about schemas; the rest is about the registry itself. */
const judged = (answer: Answer, request: string): Answer => {
  const { status } = answer;
  if (status === 401 || status === 403) {
    throw new MillraceError(
      'bad_config',
      `The schema registry refuses ${request} (${status}): ${reasonOf(answer)} Check its credentials and their rights.`,
    );
  }
  if (status >= 500 || status === 408 || status === 429) {
    throw new MillraceError('registry_unavailable', `The schema registry answers ${request} with ${status}: ${reasonOf(answer)}`);
  }
  return answer;
};

const reasonOf = ({ body }: Answer): string => {
  const message = isObject(body) ? body.message : undefined;
  return typeof message === 'string' ? message : 'it gives no reason.';
};

const ok = (answer: Answer): unknown => {
  if (answer.status >= 200 && answer.status < 300 && answer.body !== undefined) return answer.body;
  return strange(`status ${answer.status}, ${reasonOf(answer)}`);
};

const expected = async (answer: Promise<Answer>): Promise<unknown> => ok(await answer);

const found404 = async <T>(answer: Promise<Answer>, read: (body: unknown) => T): Promise<T | undefined> => {
  const received = await answer;
  return received.status === 404 ? undefined : read(ok(received));
};

const strange = (what: string): never => {
  throw new MillraceError(
    'registry_unavailable',
    `The schema registry gives an answer that makes no sense here: ${what} Is the URL the base of its API?`,
  );
};

const isObject = (json: unknown): json is Json => typeof json === 'object' && json !== null;

const numberAt = (body: unknown, key: string): number => {
  const value = isObject(body) ? body[key] : undefined;
  return typeof value === 'number' ? value : strange(`no number '${key}'.`);
};

const stringAt = (body: unknown, key: string): string => {
  const value = isObject(body) ? body[key] : undefined;
  return typeof value === 'string' ? value : strange(`no string '${key}'.`);
};

const idOf = (body: unknown): number => numberAt(body, 'id');

const strings = (body: unknown): ReadonlyArray<string> =>
  Array.isArray(body) && body.every((item) => typeof item === 'string') ? body : strange('no list of strings.');

const numbers = (body: unknown): ReadonlyArray<number> =>
  Array.isArray(body) && body.every((item) => typeof item === 'number') ? body : strange('no list of numbers.');

const registeredOf = (body: unknown): RegisteredSchema => {
  const { schemaType, references } = isObject(body) ? body : {};
  return {
    type: typeof schemaType === 'string' ? schemaType : 'AVRO',
    schema: stringAt(body, 'schema'),
    references: Array.isArray(references) ? references.map(referenceOf) : [],
  };
};

const referenceOf = (body: unknown): SchemaReference => ({
  name: stringAt(body, 'name'),
  subject: stringAt(body, 'subject'),
  version: numberAt(body, 'version'),
});

const versionOf = (body: unknown): SubjectVersion => ({
  ...registeredOf(body),
  subject: stringAt(body, 'subject'),
  version: numberAt(body, 'version'),
  id: idOf(body),
});

const levelOf = (body: unknown): CompatibilityLevel => {
  const level = stringAt(body, 'compatibilityLevel');
  return compatibilityLevels.find((candidate) => candidate === level) ?? strange(`compatibility level '${level}'.`);
};

const verdictOf = (body: unknown): ReadonlyArray<string> => {
  if (!isObject(body) || typeof body.is_compatible !== 'boolean') return strange("no boolean 'is_compatible'.");
  if (body.is_compatible) return [];
  const messages = Array.isArray(body.messages) ? body.messages.map(String) : [];
  return messages.length > 0 ? messages : [typeof body.reason === 'string' ? body.reason : 'it gives no reason.'];
};
