import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the other side of an actuator read it. */
export interface Asked {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** In place of a request that did not come: equal to none that is expected. */
export const nothing: Asked = { method: 'none', path: '', headers: {}, body: '{}' };

/** What it answers; what is no text is sent as JSON. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
};

/** A server on the loopback that answers as a script says, and remembers what it was asked. */
export class FakeApi {
  readonly asked: Asked[] = [];
  script: (asked: Asked) => Reply | Promise<Reply> = () => ({ status: 500 });
  url = '';
  readonly #server = createServer((request, response) => {
    void (async () => {
      const { method = '', url: path = '', headers } = request;
      const asked = { method, path, headers, body: await bodyOf(request) };
      this.asked.push(asked);
      const { status, body = '', headers: more = {} } = await this.script(asked);
      response.writeHead(status, more).end(typeof body === 'string' ? body : JSON.stringify(body));
    })();
  });

  static async start(): Promise<FakeApi> {
    const api = new FakeApi();
    api.#server.listen(0, '127.0.0.1');
    await once(api.#server, 'listening');
    api.url = `http://127.0.0.1:${(api.#server.address() as AddressInfo).port}`;
    return api;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
