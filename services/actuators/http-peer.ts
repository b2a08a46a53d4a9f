import { MillraceError, messageOf } from '../../pipeline/core/errors.ts';
import type { Clock } from '../../pipeline/core/ports/clock.ts';
import { RetryLater } from '../../pipeline/core/retry-later.ts';
import { type Answer, openPoster, type Post, type Poster } from '../../pipeline/http-delivery/post.ts';
import { type Address, readAddress, redacted } from '../../pipeline/http-delivery/read-address.ts';
import { retryAfterMs } from '../../pipeline/http-delivery/verdict.ts';

/** Where an actuator's other side is, and how it is let in. */
export interface PeerSettings {
  readonly url: string;
  readonly tokenFile?: string | undefined;
  readonly caFile?: string | undefined;
  readonly timeoutMs: number;
}

/** What speaking to it needs. */
export interface PeerPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly readFile: (path: string) => Promise<string>;
}

/** One request: `path` is added to that of the URL, with what needs it in percent-encoding; without it the URL is asked as it stands. */
export interface Ask extends Pick<Post, 'method' | 'body' | 'signal'> {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How much of an answer is kept, in bytes: descriptions, tags and managed fields come with what is asked for. */
const keep = 4 << 20;

const unavailable = 'receiver_unavailable';

/**
 * Speaks HTTP with the other side of an actuator: with a bearer token that is read anew for each request, and certificates of one's own.
 * Neither the token nor the path of the URL are in any text that it gives or throws.
 */
export class HttpPeer {
  readonly #name: string;
  readonly #settings: PeerSettings;
  readonly #ports: PeerPorts;
  #poster: Poster | undefined;

  constructor(name: string, settings: PeerSettings, ports: PeerPorts) {
    this.#name = name;
    this.#settings = settings;
    this.#ports = ports;
  }

  /** Reads token and certificates, and asks nobody. Throws `bad_config` naming what is missing. */
  async prepare(): Promise<void> {
    await this.#address();
    await this.#open();
  }

  /** Resolves to the whole answer, whatever it says. Throws `receiver_unavailable` if there is none, or the token cannot be read just now. */
  async ask({ path, headers = {}, ...request }: Ask): Promise<Answer> {
    const address = await this.#address().catch((error: unknown) => this.#notNow(error));
    const url = path === undefined ? address.url : new URL(address.url.pathname.replace(/\/$/, '') + path, address.url);
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(this.#settings.timeoutMs)]);
    const poster = this.#poster ?? (await this.#open());
    const answer = await poster.post({ ...request, keep, url, headers: { ...headers, ...address.headers }, signal });
    return { ...answer, text: redacted(answer.text, address.secrets) };
  }

  /** The error by which what an answer asks for is put off. */
  later({ status, retryAfter, text }: Answer, what: string): RetryLater {
    const said = text === '' ? '' : `: ${text.slice(0, 300)}`;
    return new RetryLater(unavailable, `${what} answers ${status}${said}`, retryAfterMs(retryAfter, this.#ports.clock.now()));
  }

  close(): void {
    this.#poster?.close();
    this.#poster = undefined;
  }

  #notNow(error: unknown): never {
    throw new MillraceError(unavailable, messageOf(error), error);
  }

  #address(): Promise<Address> {
    const { url, tokenFile, caFile, timeoutMs } = this.#settings;
    const headers = tokenFile === undefined ? {} : { authorization: { file: tokenFile, prefix: 'Bearer ' } };
    const settings = { url: { value: url }, headers, caFile, timeoutMs, keyPrefix: '' };
    return readAddress(this.#name, settings, { env: {}, readFile: this.#ports.readFile });
  }

  async #open(): Promise<Poster> {
    const { caFile } = this.#settings;
    const ca = caFile === undefined ? undefined : await this.#ports.readFile(caFile).catch((error: unknown) => this.#noCa(error));
    this.#poster ??= openPoster(ca);
    return this.#poster;
  }

  #noCa(error: unknown): never {
    throw new MillraceError('bad_config', `actuator "${this.#name}", caFile cannot be read: ${messageOf(error)}`, error);
  }
}

/** Data out of a JSON text; `undefined` for what is none. */
export const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
