import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { MillraceError } from '../core/errors.ts';

/** A page of the health server: what it answers, and under which status. */
export interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** The pages by path, without a query. A path that ends in `/` stands for all below it, which its page is given as it was asked for. */
export type Pages = Readonly<Record<string, (below: string) => Page | Promise<Page>>>;

/** Where the server listens. */
export interface HealthAddress {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
}

/** A server that listens. */
export interface HealthServer {
  /** e.g. `http://127.0.0.1:9464`. */
  readonly url: string;
  close(): Promise<void>;
}

/** A page of plain data. */
export const jsonPage = (value: unknown, status = 200): Page => ({ status, type: 'application/json', body: `${JSON.stringify(value)}\n` });

/** A page of text. */
export const textPage = (body: string, type = 'text/plain; charset=utf-8'): Page => ({ status: 200, type, body });

const notFound = (pages: Pages): Page => jsonPage({ error: 'not found', pages: Object.keys(pages) }, 404);

const answer = async (pages: Pages, request: IncomingMessage): Promise<Page> => {
  if (request.method !== 'GET' && request.method !== 'HEAD') return jsonPage({ error: 'only GET' }, 405);
  const [path = '/'] = (request.url ?? '/').split('?');
  const at = Object.keys(pages).find((place) => place === path || (place.endsWith('/') && path.startsWith(place)));
  return at === undefined ? notFound(pages) : (pages[at]?.(path.slice(at.length)) ?? notFound(pages));
};

const respond = (response: ServerResponse, { status, type, body }: Page): void => {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
};

const listen = (server: Server, { host, port }: HealthAddress): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(new MillraceError('bad_config', `the health server cannot listen on ${host}:${port}: ${error.message}`, error)),
    );
    server.listen(port, host, () => {
      const address = server.address();
      resolve(`http://${host}:${typeof address === 'object' && address !== null ? address.port : port}`);
    });
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/** Serves pages over HTTP, for probes and scrapes. A page that throws answers 500 with the message. */
export const startHealthServer = async (pages: Pages, address: HealthAddress): Promise<HealthServer> => {
  const server = createServer((request, response) => {
    answer(pages, request).then(
      (page) => respond(response, page),
      (error: unknown) => respond(response, jsonPage({ error: error instanceof Error ? error.message : 'failed' }, 500)),
    );
  });
  const url = await listen(server, address);
  return { url, close: () => close(server) };
};
