import { ClientError } from './client-error.ts';
import { isKey, type Settings } from './settings.ts';

/** An answer of the API, whatever its status. */
export interface Answer {
  readonly status: number;
  /** The JSON of the answer; undefined if it is none. */
  readonly body: unknown;
  /** How long the API asks to wait, in ms. */
  readonly retryAfterMs: number | undefined;
}

/** A request. */
export interface Call {
  readonly path: string;
  /** JSON to post; a GET if left out. */
  readonly body?: string;
  /** Calls the request off. */
  readonly signal?: AbortSignal;
}

/** A browser lets requests of 64 KiB in all outlive their page. Two of so many characters, of three bytes at most, are less. */
const keptAliveLength = 10_000;

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** A field of JSON behind names, e.g. `['error', 'code']`; undefined where there is none. */
export const at = (value: unknown, ...names: ReadonlyArray<string>): unknown => names.reduce(fieldOf, value);

/** The same, if it is a text. */
export const textAt = (value: unknown, ...names: ReadonlyArray<string>): string | undefined => {
  const found = at(value, ...names);
  return typeof found === 'string' ? found : undefined;
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The wait that the header asks for (seconds or a date, RFC 9110, 10.2.3), or the body, which a browser can read where it may not see the header. */
const retryAfterOf = (header: string | null, body: unknown, now: number): number | undefined => {
  const inBody = at(body, 'retry_after_ms');
  if (typeof inBody === 'number') return Math.max(0, inBody);
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
};

const reasonOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause instanceof Error && thrown.cause.message !== '' ? thrown.cause.message : thrown.message;
};

/** The way to the API: addresses, credentials, time-outs. */
export class Connection {
  readonly #settings: Settings;
  #secret = '';

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** The address of a path, with the token if there is one. */
  urlOf(path: string): string {
    const { url, credentials } = this.#settings;
    return `${url}${path}${credentials.token === undefined ? '' : `?token=${encodeURIComponent(credentials.token)}`}`;
  }

  /** A text from elsewhere without the key or the token. */
  cleared(text: string): string {
    const secrets = [this.#secret, encodeURIComponent(this.#secret)];
    return this.#secret === '' ? text : secrets.reduce((left, secret) => left.replaceAll(secret, '…'), text);
  }

  /** Sends a request and resolves to the answer. Throws `unavailable` if there is none in time. */
  async call(call: Call): Promise<Answer> {
    const { platform, timeoutMs } = this.#settings;
    const off = new AbortController();
    const callOff = (): void => off.abort();
    call.signal?.addEventListener('abort', callOff);
    const cancel = platform.after(timeoutMs, callOff);
    try {
      return await this.#exchange(call, off.signal);
    } catch (cause) {
      if (cause instanceof ClientError) throw cause;
      const why = off.signal.aborted ? `no answer within ${timeoutMs} ms` : this.cleared(reasonOf(cause));
      throw new ClientError('unavailable', `The API cannot be reached: ${why}.`, { cause });
    } finally {
      cancel();
      call.signal?.removeEventListener('abort', callOff);
    }
  }

  async #exchange({ path, body }: Call, signal: AbortSignal): Promise<Answer> {
    const { platform } = this.#settings;
    const headers = { ...(await this.#authorization()), ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const keepalive = platform.page?.isHidden() === true && body !== undefined && body.length < keptAliveLength;
    const post = body === undefined ? {} : { method: 'POST', body, keepalive };
    const response = await platform.fetch(this.urlOf(path), { headers, signal, redirect: 'manual', ...post });
    const answer = jsonOf(await response.text());
    const retryAfterMs = retryAfterOf(response.headers.get('retry-after'), answer, platform.now());
    return { status: response.status, body: answer, retryAfterMs };
  }

  async #authorization(): Promise<Readonly<Record<string, string>>> {
    const { apiKey, token } = this.#settings.credentials;
    this.#secret = token ?? (typeof apiKey === 'function' ? await apiKey() : apiKey);
    if (token !== undefined) return {};
    if (!isKey(this.#secret)) throw new ClientError('unauthorized', 'The function apiKey gave no usable key.');
    return { authorization: `Bearer ${this.#secret}` };
  }
}
