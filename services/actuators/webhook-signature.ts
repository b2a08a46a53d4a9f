import { createHmac } from 'node:crypto';

/** The header that carries the signature. */
export const signatureHeader = 'millrace-signature';

/** The secrets of a file: one a line, so that a new one can be added before the old one is removed. */
export const secretsIn = (text: string): ReadonlyArray<string> =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/**
 * The value of the signature header: `t=<seconds>,v1=<hex>`, with a `v1` for each secret, the HMAC-SHA256 (RFC 2104) over the time, a dot and
 * the body. A receiver computes it over the bytes that it got, compares in constant time, and refuses times that are minutes away.
 *
 * @example signatureOf('{}', 1_700_000_000, ['secret'])
 */
export const signatureOf = (body: string, seconds: number, secrets: ReadonlyArray<string>): string => {
  const signed = secrets.map((secret) => `v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`);
  return [`t=${seconds}`, ...signed].join(',');
};
