import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../../core/errors.ts';
import { registryApi } from './api.ts';
import { RegistryError } from './registry-error.ts';
import { RegistryStore } from './registry-store.ts';
import { matchRoute, type Route } from './router.ts';

/** A running embedded registry. */
export interface EmbeddedRegistry {
  /** The base of its API, on the loopback address. */
  readonly url: string;
  readonly store: RegistryStore;
  /** Stops listening and drops what is connected. */
  close(): Promise<void>;
}

const largestBody = 8 << 20;
const mediaType = 'application/vnd.schemaregistry.v1+json';

/**
 * Starts a schema registry in this process that speaks Confluent's HTTP API on the loopback address, for development and tests: in
 * memory, without access control. `port` 0, the default, takes a free one.
 *
 * @example const registry = await startEmbeddedRegistry();
 */
export const startEmbeddedRegistry = async (port = 0, store = new RegistryStore()): Promise<EmbeddedRegistry> => {
  const routes = registryApi(store);
  const server = createServer((request, response) => void answer(routes, request, response));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    store,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

const answer = async (routes: ReadonlyArray<Route>, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  try {
    const { pathname, searchParams: query } = urlOf(request);
    const { route, part } = matchRoute(routes, request.method ?? 'GET', pathname);
    const body = parsed(await textOf(request));
    send(response, 200, route.handle({ part, query, body }));
  } catch (error) {
    if (error instanceof RegistryError) send(response, error.status, { error_code: error.code, message: error.message });
    else send(response, 500, { error_code: 50001, message: messageOf(error) });
  }
};

const urlOf = ({ url = '/' }: IncomingMessage): URL => {
  const full = `http://registry${url}`;
  if (URL.canParse(full)) return new URL(full);
  throw new RegistryError(400, 'The path is not encoded as that of a URL must be');
};

const send = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': mediaType });
  response.end(JSON.stringify(body));
};

const textOf = async (request: IncomingMessage): Promise<string> => {
  if (Number(request.headers['content-length'] ?? 0) > largestBody) throw tooLarge();
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > largestBody) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
};

const tooLarge = (): RegistryError => new RegistryError(413, 'HTTP 413 Request Entity Too Large');

const parsed = (text: string): unknown => {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RegistryError(400, `The body is no JSON: ${messageOf(error)}`);
  }
};
