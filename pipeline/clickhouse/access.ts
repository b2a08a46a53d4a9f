import { Agent } from 'node:https';
import type { ClickHouseClientConfigOptions } from '@clickhouse/client';

/** Who we are to ClickHouse: a user, or a bearer token. */
export type ClickHouseLogin = { readonly user: string; readonly password: string } | { readonly token: string };

/** PEM texts. Without `ca` the system's authorities are trusted; `certificate` and `key` are for mutual TLS and need `ca`. */
export interface ClickHouseTls {
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

/** How a ClickHouse lets us in. A certificate without a login is the login. */
export interface ClickHouseAccess {
  /** In place of what stands in the URL. */
  readonly auth?: ClickHouseLogin | undefined;
  readonly tls?: ClickHouseTls | undefined;
}

const loginOf = (auth: ClickHouseLogin | undefined): ClickHouseClientConfigOptions => {
  if (auth === undefined) return {};
  return 'token' in auth ? { access_token: auth.token } : { username: auth.user, password: auth.password };
};

/** The client's own way takes no token, and no password beside a certificate: an agent does for these. */
const tlsOf = ({ auth, tls = {} }: ClickHouseAccess): ClickHouseClientConfigOptions => {
  const { ca, certificate, key } = tls;
  if (ca === undefined) return {};
  if (certificate === undefined || key === undefined) {
    return auth !== undefined && 'token' in auth
      ? { http_agent: new Agent({ ca, keepAlive: false }) }
      : { tls: { ca_cert: Buffer.from(ca) } };
  }
  if (auth !== undefined) return { http_agent: new Agent({ ca, cert: certificate, key, keepAlive: false }) };
  return { tls: { ca_cert: Buffer.from(ca), cert: Buffer.from(certificate), key: Buffer.from(key) } };
};

/** The URL without a login where there is another: the client takes what stands in it before all else. */
const bareUrl = (url: URL, { auth }: ClickHouseAccess): URL => {
  const bare = new URL(url);
  if (auth !== undefined) [bare.username, bare.password] = ['', ''];
  return bare;
};

/** The client's options for it. They hold secrets: not to be logged. */
export const accessOptions = (url: URL, access: ClickHouseAccess): ClickHouseClientConfigOptions => ({
  url: bareUrl(url, access),
  ...loginOf(access.auth),
  ...tlsOf(access),
});
