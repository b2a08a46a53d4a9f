import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Session } from 'chdb';
import { readHttpQuery } from './http-query.ts';
import { respond, respondError } from './respond.ts';
import { runQuery } from './run-query.ts';

/** What to serve, and where on the loopback interface; port 0 takes any that is free. */
export interface ServeOptions {
  readonly path: string;
  readonly port: number;
}

/** A ClickHouse over HTTP that runs in this process. */
export interface ServedClickHouse {
  readonly url: string;
  /** Takes no further query, waits for those that run, and lets go of the data. */
  close(): Promise<void>;
}

/**
 * Serves the chDB of this process over the HTTP interface of ClickHouse, for the official client and for curl.
 *
 * Queries come by GET or POST, inserts in the body; settings, values and format in the URL; bodies may be gzipped both ways. There are
 * no users and no sessions, formats are text, and a result is answered when it is whole. Only the loopback interface is served.
 */
export const serveClickHouse = async ({ path, port }: ServeOptions): Promise<ServedClickHouse> => {
  // Held for as long as the server runs: with the last session chDB would unload everything.
  const holder = new Session(path);
  const server = createServer((request, response) => void answer(path, request, response));
  server.keepAliveTimeout = 10_000;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await closed;
      holder.close();
    },
  };
};

const answer = async (path: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  try {
    const query = await readHttpQuery(request);
    if (query.sql === '') response.end('Ok.\n');
    else await respond(request, response, { ...query, ...(await runQuery(path, query)) });
  } catch (error) {
    if (!response.headersSent) respondError(response, error);
    response.end();
  }
};
