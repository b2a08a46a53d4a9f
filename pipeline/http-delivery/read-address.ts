import { MillraceError } from '../core/errors.ts';
import { type ReceiverSettings, readText, type TextPorts } from './receiver-settings.ts';

/** Where requests go and with which headers, secrets included: for the request alone, never for a message. */
export interface Address {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** What must not be repeated in any text. */
  readonly secrets: ReadonlyArray<string>;
}

const shortestSecret = 4;

const urlOf = (text: string, what: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw new MillraceError('bad_config', `${what}: the URL must begin with http:// or https://`);
};

const basic = ({ username, password }: URL): Readonly<Record<string, string>> => {
  if (username === '' && password === '') return {};
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(login).toString('base64')}` };
};

/** Reads where an endpoint is, and its headers. Throws `bad_config` naming what is missing. */
export const readAddress = async (name: string, settings: ReceiverSettings, ports: TextPorts): Promise<Address> => {
  const what = `endpoint "${name}"`;
  const url = urlOf(await readText(settings.url, `${what}, url`, ports), what);
  const headers: Record<string, string> = { ...basic(url) };
  for (const [header, source] of Object.entries(settings.headers)) {
    headers[header.toLowerCase()] = await readText(source, `${what}, header ${header}`, ports);
  }
  const words = Object.values(headers).flatMap((value) => [value, ...value.split(' ')]);
  const secrets = [...words, url.password, url.pathname, url.search].filter((text) => text.length >= shortestSecret);
  // What is longer goes first, so that no rest of it stays.
  secrets.sort((a, b) => b.length - a.length);
  url.username = '';
  url.password = '';
  return { url, headers, secrets };
};

/** The text without what must not be repeated. */
export const redacted = (text: string, secrets: ReadonlyArray<string>): string =>
  secrets.reduce((left, secret) => left.replaceAll(secret, '…'), text);
