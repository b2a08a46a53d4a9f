import { once } from 'node:events';
import { createServer, type IncomingMessage, request as ask, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to a request on its way: it is refused, it never gets there, or it is carried out and its answer is lost. */
export type Fault = 'refused' | 'cut before' | 'cut after';

/** A stretch of bad network before a server. */
export interface FaultyProxy {
  readonly url: string;
  /** How many requests have come. */
  readonly requests: number;
  /** The requests that match are struck, as many as there are faults, one by one. */
  strike(text: RegExp, faults: ReadonlyArray<Fault>): void;
  /** Requests that match wait until they are let through. */
  hold(text: RegExp): { readonly held: () => number; release(): void };
  close(): Promise<void>;
}

interface Carried {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const carry = (target: string, { request, response, body }: Carried, answer: 'give' | 'drop'): void => {
  const to = new URL(request.url ?? '/', target);
  const onward = ask(to, { method: request.method, headers: { ...request.headers, host: to.host } }, (reply) => {
    if (answer === 'drop') {
      reply.resume().on('end', () => response.destroy());
      return;
    }
    response.writeHead(reply.statusCode ?? 500, reply.headers);
    reply.pipe(response);
  });
  onward.on('error', () => response.destroy());
  onward.end(body);
};

/** Starts a proxy on the loopback before the server at `target`. */
export const faultyProxy = async (target: string): Promise<FaultyProxy> => {
  let requests = 0;
  let strikes: { readonly text: RegExp; readonly faults: Fault[] } = { text: /$^/, faults: [] };
  let gate: { readonly text: RegExp; readonly waiting: (() => void)[] } | undefined;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests += 1;
    const body = await bodyOf(request);
    const text = `${decodeURIComponent(request.url ?? '').replaceAll('+', ' ')}\n${body.toString()}`;
    if (gate?.text.test(text) === true) await new Promise<void>((resolve) => gate?.waiting.push(resolve));
    const fault = strikes.text.test(text) ? strikes.faults.shift() : undefined;
    if (fault === undefined) carry(target, { request, response, body }, 'give');
    else if (fault === 'cut after') carry(target, { request, response, body }, 'drop');
    else if (fault === 'cut before') response.destroy();
    else
      response
        .writeHead(500, { 'X-ClickHouse-Exception-Code': '202' })
        .end('Code: 202. DB::Exception: Too many queries. (TOO_MANY_SIMULTANEOUS_QUERIES)');
  };
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return requests;
    },
    strike: (text, faults) => {
      strikes = { text, faults: [...faults] };
    },
    hold: (text) => {
      const mine = { text, waiting: [] as (() => void)[] };
      gate = mine;
      return {
        held: () => mine.waiting.length,
        release: () => {
          gate = undefined;
          for (const go of mine.waiting) go();
        },
      };
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
