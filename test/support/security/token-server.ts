import { createSign, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A small OpenID provider: signs tokens for one client, and tells the key that they can be checked with. */
export interface TokenServer {
  /** `${url}/token` gives tokens, `${url}/keys` the public keys. */
  readonly url: string;
  readonly client: { readonly id: string; readonly secret: string };
  /** A token for a subject, good for `seconds`. */
  readonly tokenFor: (subject: string, seconds?: number) => string;
  /** What was asked of `/token` so far, as forms; a login that was refused is among them. */
  readonly asked: ReadonlyArray<string>;
  readonly close: () => Promise<void>;
}

const client = { id: 'feedback', secret: 'oauth-s3cret-41d7' };
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const login = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`;

const isClient = ({ headers }: IncomingMessage, form: string): boolean => {
  const given = new URLSearchParams(form);
  return headers.authorization === login || (given.get('client_id') === client.id && given.get('client_secret') === client.secret);
};

/** Starts it on the loopback address. */
export const startTokenServer = async (): Promise<TokenServer> => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }] };
  const asked: string[] = [];
  const tokenFor = (subject: string, seconds = 3600): string => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: 'tests', aud: 'kafka', sub: subject, iat: now, exp: now + seconds, scope: 'kafka' };
    const content = `${part({ alg: 'RS256', kid: 'one', typ: 'JWT' })}.${part(claims)}`;
    return `${content}.${createSign('RSA-SHA256').update(content).sign(privateKey, 'base64url')}`;
  };
  const answer = async (request: IncomingMessage): Promise<readonly [status: number, body: unknown]> => {
    if (request.url === '/keys') return [200, keys];
    const form = await text(request);
    asked.push(form);
    if (!isClient(request, form)) return [401, { error: 'invalid_client' }];
    return [200, { access_token: tokenFor(client.id), token_type: 'bearer', expires_in: 3600 }];
  };
  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    client,
    tokenFor,
    asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
