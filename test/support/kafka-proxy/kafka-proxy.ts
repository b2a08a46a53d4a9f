import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { beliedAnswer, narrowedVersions, refusal } from './answers.ts';
import { framed, Frames } from './frames.ts';
import { apiKeys, readRequest, type Request, type TransactionApi } from './request.ts';

/** What happens to a request. The codes are those of Kafka's protocol. */
export type Deed =
  /** The broker never sees it and seems to refuse it. */
  | { readonly refuse: number }
  /** The broker does it, and seems to have refused it. */
  | { readonly belie: number }
  /** The broker does it, and its answer never comes. */
  | { readonly swallow: true }
  /** It reaches the broker only then, even if the client is gone: a network may deliver what was given up long ago. */
  | { readonly holdUntil: Promise<void> }
  /** The connection ends, before the broker has it or after it has done it. */
  | { readonly cut: 'before' | 'after' };

/** A fault that is waiting for its requests. */
export interface Fault {
  readonly at: TransactionApi;
  readonly deed: Deed;
  /** How many requests it strikes, one after the other; 1 if left out. */
  readonly times?: number;
}

/** Stands between clients and a broker, on the address that the broker says is its own. */
export interface KafkaProxy {
  /** Strikes the next requests of the kind. Several faults at one kind strike in the order in which they were given. */
  strike(...faults: ReadonlyArray<Fault>): void;
  /** How many requests have been struck since the last `clear`. */
  readonly struck: number;
  /** Forgets faults that have not struck. */
  clear(): void;
  close(): Promise<void>;
}

interface Waiting {
  readonly fault: Fault;
  left: number;
}

class Faults {
  #waiting: Waiting[] = [];
  struck = 0;

  add(faults: ReadonlyArray<Fault>): void {
    this.#waiting.push(...faults.map((fault) => ({ fault, left: fault.times ?? 1 })));
  }

  clear(): void {
    this.#waiting = [];
    this.struck = 0;
  }

  next({ api }: Request): Deed | undefined {
    const found = this.#waiting.find(({ fault, left }) => fault.at === api && left > 0);
    if (found === undefined) return undefined;
    found.left -= 1;
    this.struck += 1;
    return found.fault.deed;
  }
}

interface Asked {
  readonly request: Request;
  readonly deed: Deed | undefined;
}

/** One client's connection and the one to the broker that belongs to it. */
class Passage {
  readonly #client: Socket;
  readonly #broker: Socket;
  readonly #faults: Faults;
  readonly #asked = new Map<number, Asked>();
  /** Requests on their way to the broker. */
  #held = 0;

  constructor(client: Socket, broker: Socket, faults: Faults) {
    this.#client = client;
    this.#broker = broker;
    this.#faults = faults;
    const requests = new Frames();
    const answers = new Frames();
    client.on('data', (bytes) => requests.take(bytes).forEach((frame) => this.#request(readRequest(frame))));
    broker.on('data', (bytes) => answers.take(bytes).forEach((frame) => this.#answer(frame)));
    client.on('error', () => this.#left()).on('close', () => this.#left());
    broker.on('error', () => this.cut()).on('close', () => this.cut());
  }

  #left(): void {
    this.#client.destroy();
    if (this.#held === 0) this.#broker.end();
  }

  cut(): void {
    this.#client.destroy();
    this.#broker.destroy();
  }

  #request(request: Request): void {
    const deed = this.#faults.next(request);
    if (deed !== undefined && 'refuse' in deed) return void this.#client.write(framed(refusal(request, deed.refuse)));
    if (deed !== undefined && 'cut' in deed && deed.cut === 'before') return this.cut();
    this.#asked.set(request.correlation, { request, deed });
    if (deed !== undefined && 'holdUntil' in deed) void this.#passAfter(deed.holdUntil, request);
    else this.#broker.write(framed(request.frame));
  }

  async #passAfter(moment: Promise<void>, { frame }: Request): Promise<void> {
    this.#held += 1;
    await moment;
    this.#held -= 1;
    if (!this.#broker.destroyed) this.#broker.write(framed(frame));
    if (this.#client.destroyed) this.#left();
  }

  #answer(answer: Buffer): void {
    const correlation = answer.readInt32BE(0);
    const asked = this.#asked.get(correlation);
    this.#asked.delete(correlation);
    const passed = asked === undefined ? answer : this.#passed(asked, answer);
    if (passed !== undefined) this.#client.write(framed(passed));
  }

  /** What the client gets of an answer. */
  #passed({ request, deed }: Asked, answer: Buffer): Buffer | undefined {
    if (request.key === apiKeys.apiVersions) return narrowedVersions(answer);
    if (deed === undefined || 'holdUntil' in deed) return answer;
    if ('belie' in deed) return beliedAnswer(request, answer, deed.belie);
    if ('cut' in deed) this.cut();
    return undefined;
  }
}

const listening = async (server: Server, port: number): Promise<void> => {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
};

/** Listens on `port` and passes everything on to the broker's port, but for what is struck. */
export const startKafkaProxy = async (port: number, brokerPort: number): Promise<KafkaProxy> => {
  const faults = new Faults();
  const passages = new Set<Passage>();
  const server = createServer((client) => {
    const passage = new Passage(client, connect(brokerPort, '127.0.0.1'), faults);
    passages.add(passage);
    client.on('close', () => passages.delete(passage));
  });
  await listening(server, port);
  return {
    strike: (...more) => faults.add(more),
    get struck() {
      return faults.struck;
    },
    clear: () => faults.clear(),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const passage of passages) passage.cut();
      await closed;
    },
  };
};
