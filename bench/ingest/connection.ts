import { connect, type Socket } from 'node:net';

/** An answer: its status, and of a batch how many records were taken. */
export interface Answer {
  readonly status: number;
  readonly accepted: number;
}

const headEnd = '\r\n\r\n';
const acceptedStatus = 202;
const manyStatus = 207;

interface Head {
  readonly status: number;
  /** Where the answer ends. */
  readonly end: number;
}

const headOf = (text: string): Head | undefined => {
  const at = text.indexOf(headEnd);
  if (at < 0) return undefined;
  const head = text.slice(0, at);
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  return { status: Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 202'.length)), end: at + headEnd.length + length };
};

const acceptedIn = (text: string): number => text.split('"status":202').length - 1;

/**
 * A connection of HTTP/1.1 with one request at a time on it: no pipelining, each reply before the next request. It knows as much of HTTP as the
 * API's answers need, so that the one who measures takes little of the machine.
 */
export class Connection {
  readonly #socket: Socket;
  #text = '';
  #waiting: { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (text: string) => this.#take(text));
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('the connection was closed')));
  }

  static open(host: string, port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Connection(socket));
      });
    });
  }

  /** Sends a request; resolves to its answer, rejects if the connection ends before. */
  ask(request: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#text += text;
    const head = headOf(this.#text);
    if (head === undefined || this.#text.length < head.end) return;
    const { status } = head;
    const accepted = status === manyStatus ? acceptedIn(this.#text) : Number(status === acceptedStatus);
    this.#text = '';
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({ status, accepted });
  }
}
