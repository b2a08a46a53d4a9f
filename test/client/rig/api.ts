import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An item as it arrived. */
export type Item = Readonly<Record<string, unknown>> & { readonly idempotency_key: string };

/** A request as it arrived. */
export interface Arrived {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The items of a batch; none in other requests. */
  readonly items: ReadonlyArray<Item>;
}

/** What an API does with a request: answers, or ends the connection. */
export type Behaviour = (request: Arrived, response: ServerResponse) => void;

/** An API on loopback, made of Node's HTTP server alone. */
export interface Api {
  readonly url: string;
  readonly requests: ReadonlyArray<Arrived>;
  /** The keys of all items that were answered 202, in order, once for each answer. */
  readonly accepted: ReadonlyArray<string>;
  /** What the next requests meet, in order; those after them are accepted. */
  next(...behaviours: ReadonlyArray<Behaviour>): void;
  close(): Promise<void>;
}

const isBatch = (text: string): boolean => text.startsWith('{"items":');

const itemsOf = (text: string): ReadonlyArray<Item> => {
  if (isBatch(text)) return (JSON.parse(text) as { readonly items: ReadonlyArray<Item> }).items;
  return text.startsWith('{') ? [JSON.parse(text) as Item] : [];
};

/** Answers with JSON. */
export const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

/** Answers with a problem. */
export const failing = (status: number, code: string, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  json(status, { type: `urn:millrace:problem:${code}`, title: 'A title', status, detail: `it is ${code}`, code }, headers);

/** Answers each item by itself; what `result` leaves open is accepted. */
export const each =
  (result: (item: Item, index: number) => unknown): Behaviour =>
  (request, response) => {
    const results = request.items.map((item, index) => result(item, index) ?? { status: 202, id: `id-${item.idempotency_key}` });
    if (isBatch(request.text)) json(207, { results })(request, response);
    else json(202, results[0])(request, response);
  };

/** Drops the connection without a word. */
export const hangUp: Behaviour = (_request, response) => {
  response.destroy();
};

/** Never answers. */
export const silent: Behaviour = () => undefined;

const textOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
};

/** Starts an API. `page` answers what is asked by GET, if given. */
export const startApi = async (page?: Behaviour): Promise<Api> => {
  const requests: Arrived[] = [];
  const accepted: string[] = [];
  const behaviours: Behaviour[] = [];
  const take: Behaviour = each(({ idempotency_key: key }) => {
    accepted.push(key);
  });
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const { method = '', url = '', headers } = request;
      const arrived: Arrived = { method, url, headers, text, items: itemsOf(text) };
      if (method === 'GET' && page !== undefined) return page(arrived, response);
      requests.push(arrived);
      (behaviours.shift() ?? take)(arrived, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    accepted,
    next: (...more) => void behaviours.push(...more),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
