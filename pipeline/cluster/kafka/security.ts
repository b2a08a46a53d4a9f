import type { Settings } from './client.ts';
import { readSecret } from './read-secret.ts';
import { tokenIn } from './token-file.ts';

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

/** A token of OAuth that somebody else keeps current in a file, e.g. a service account's. Read anew before the last one ends. */
export interface SaslTokenFile {
  readonly mechanism: 'OAUTHBEARER';
  readonly tokenFile: string;
}

/** A client of OAuth that asks for its tokens itself, by its credentials (OpenID Connect). */
export interface SaslOauthClient {
  readonly mechanism: 'OAUTHBEARER';
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecretFile: string;
  readonly scope?: string | undefined;
  /** PEM of the authorities behind `tokenUrl`; the system's if left out. */
  readonly tokenCa?: string | undefined;
}

/** How a cluster is reached when it is not open to everyone. `tls: false` sends the SASL exchange in clear, for test clusters only. */
export interface Security {
  readonly tls: TlsFiles | boolean;
  readonly sasl?: SaslUser | SaslTokenFile | SaslOauthClient | undefined;
}

const present = (settings: Readonly<Record<string, string | undefined>>): Settings =>
  Object.fromEntries(Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const tlsSettings = async (tls: TlsFiles | boolean): Promise<Settings> => {
  if (typeof tls === 'boolean') return {};
  return present({
    'ssl.ca.location': tls.ca,
    'ssl.certificate.location': tls.certificate,
    'ssl.key.location': tls.key,
    'ssl.key.password':
      tls.keyPasswordFile === undefined ? undefined : await readSecret(tls.keyPasswordFile, 'the password of the TLS key'),
  });
};

const tokenFileSettings = async ({ mechanism, tokenFile }: SaslTokenFile): Promise<Settings> => {
  // Read once for nothing, so that a file that is not there ends the start and not a thread of the client.
  await tokenIn(tokenFile);
  return { 'sasl.mechanisms': mechanism, oauthbearer_token_refresh_cb: () => tokenIn(tokenFile) };
};

const oauthClientSettings = async (client: SaslOauthClient): Promise<Settings> =>
  present({
    'sasl.mechanisms': client.mechanism,
    'sasl.oauthbearer.method': 'oidc',
    'sasl.oauthbearer.token.endpoint.url': client.tokenUrl,
    'sasl.oauthbearer.client.id': client.clientId,
    'sasl.oauthbearer.client.secret': await readSecret(client.clientSecretFile, "the client's secret for OAuth"),
    'sasl.oauthbearer.scope': client.scope,
    'https.ca.location': client.tokenCa,
  });

const saslSettings = async (sasl: Security['sasl']): Promise<Settings> => {
  if (sasl === undefined) return {};
  if ('tokenFile' in sasl) return tokenFileSettings(sasl);
  if ('tokenUrl' in sasl) return oauthClientSettings(sasl);
  const password = await readSecret(sasl.passwordFile, 'the password for Kafka');
  return { 'sasl.mechanisms': sasl.mechanism, 'sasl.username': sasl.username, 'sasl.password': password };
};

/**
 * The client's settings for it. Reads the files with secrets; what it returns must not be logged.
 *
 * @throws MillraceError `bad_config` naming a secret that cannot be read.
 */
export const securitySettings = async ({ tls, sasl }: Security): Promise<Settings> => {
  const overTls = tls !== false;
  const protocol = sasl === undefined ? (overTls ? 'ssl' : 'plaintext') : overTls ? 'sasl_ssl' : 'sasl_plaintext';
  return { 'security.protocol': protocol, ...(await tlsSettings(tls)), ...(await saslSettings(sasl)) };
};
