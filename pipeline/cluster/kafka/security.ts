import { readFile } from 'node:fs/promises';
import type { Settings } from './client.ts';

/** TLS files, as paths to PEM. Without `ca` the system's authorities are trusted; `certificate` and `key` are for mutual TLS. */
export interface TlsFiles {
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** A file that holds the password of the key. */
  readonly keyPasswordFile?: string | undefined;
}

/** A user of SASL. The password is read from a file, so that it stands in no setting. */
export interface SaslUser {
  readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  readonly username: string;
  readonly passwordFile: string;
}

/** How a cluster is reached when it is not open to everyone. `tls: false` sends the SASL exchange in clear, for test clusters only. */
export interface Security {
  readonly tls: TlsFiles | boolean;
  readonly sasl?: SaslUser | undefined;
}

const secretIn = async (file: string): Promise<string> => (await readFile(file, 'utf8')).replace(/\r?\n$/, '');

const present = (settings: Readonly<Record<string, string | undefined>>): Settings =>
  Object.fromEntries(Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const tlsSettings = async (tls: TlsFiles | boolean): Promise<Settings> => {
  if (typeof tls === 'boolean') return {};
  return present({
    'ssl.ca.location': tls.ca,
    'ssl.certificate.location': tls.certificate,
    'ssl.key.location': tls.key,
    'ssl.key.password': tls.keyPasswordFile === undefined ? undefined : await secretIn(tls.keyPasswordFile),
  });
};

const saslSettings = async (sasl: SaslUser | undefined): Promise<Settings> =>
  sasl === undefined
    ? {}
    : { 'sasl.mechanisms': sasl.mechanism, 'sasl.username': sasl.username, 'sasl.password': await secretIn(sasl.passwordFile) };

/** The client's settings for it. Reads the files with secrets; what it returns must not be logged. */
export const securitySettings = async ({ tls, sasl }: Security): Promise<Settings> => {
  const overTls = tls !== false;
  const protocol = sasl === undefined ? (overTls ? 'ssl' : 'plaintext') : overTls ? 'sasl_ssl' : 'sasl_plaintext';
  return { 'security.protocol': protocol, ...(await tlsSettings(tls)), ...(await saslSettings(sasl)) };
};
