import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as the receiver read it. */
export interface Received {
  readonly key: string;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
}

/** What the receiver does with a request. All but `cut early` and the answers take what was sent before anything goes wrong. */
export type Act =
  | { readonly kind: 'cut early' | 'cut late' | 'half' | 'never' | 'endless' }
  | { readonly kind: 'answer'; readonly status: number; readonly text?: string; readonly headers?: Readonly<Record<string, string>> };

/** An answer of that status. */
export const answer = (status: number, text = '', headers: Readonly<Record<string, string>> = {}): Act => ({
  kind: 'answer',
  status,
  text,
  headers,
});

export const taken = answer(204);
export const act = (kind: Exclude<Act['kind'], 'answer'>): Act => ({ kind });

/** Decides about a request; `nth` counts those that came under its key, from 0. */
export type Script = (received: Received, nth: number) => Act | Promise<Act>;

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
};

const perform = (what: Act, response: ServerResponse): void => {
  if (what.kind === 'answer') response.writeHead(what.status, what.headers).end(what.text);
  else if (what.kind === 'half') response.writeHead(200, { 'content-length': '100' }).write('half of', () => response.destroy());
  else if (what.kind === 'endless') {
    response.writeHead(200);
    const more = (): void => {
      if (!response.destroyed) response.write('x'.repeat(10_000), () => setImmediate(more));
    };
    more();
  } else if (what.kind !== 'never') response.destroy();
};

/** A receiver on the loopback that does what a script says. It remembers what it has taken by key, as one that heeds keys does. */
export class ScriptedReceiver {
  /** Every request, in the order of arrival. */
  readonly requests: Received[] = [];
  /** What was taken: the first body under each key. */
  readonly taken = new Map<string, unknown>();
  readonly sockets = new Set<Socket>();
  /** The most requests that were under way at once. */
  mostAtOnce = 0;
  script: Script = () => taken;
  url = '';
  #atOnce = 0;
  readonly #server = createServer((request, response) => void this.#handle(request, response));

  static async start(port = 0): Promise<ScriptedReceiver> {
    const receiver = new ScriptedReceiver();
    receiver.#server.on('connection', (socket) => receiver.sockets.add(socket.on('close', () => receiver.sockets.delete(socket))));
    receiver.#server.listen(port, '127.0.0.1');
    await once(receiver.#server, 'listening');
    receiver.url = `http://127.0.0.1:${(receiver.#server.address() as AddressInfo).port}/hook`;
    return receiver;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
    response.on('close', () => (this.#atOnce -= 1));
    const text = await bodyOf(request).catch(() => '');
    if (text === '') return;
    const received = { key: String(request.headers['idempotency-key']), body: JSON.parse(text) as unknown, headers: request.headers };
    const nth = this.requests.filter(({ key }) => key === received.key).length;
    this.requests.push(received);
    const what = await this.script(received, nth);
    const isTaken = what.kind === 'answer' ? what.status < 300 : what.kind !== 'cut early';
    if (isTaken && !this.taken.has(received.key)) this.taken.set(received.key, received.body);
    perform(what, response);
  }
}
