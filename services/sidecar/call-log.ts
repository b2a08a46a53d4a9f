import { ClientError } from '../../client/client-error.ts';
import type { Client } from '../../client/client.ts';
import type { Log } from '../../pipeline/core/ports/log.ts';
import type { Meter } from '../../pipeline/core/ports/meter.ts';
import { type EndedCall, inferenceOf } from './call-record.ts';
import type { KeptBytes } from './kept-bytes.ts';
import { type Body, readJson, readResponse } from './read-body.ts';

/** A body that was kept, with the headers that tell how it is to be read. */
export interface KeptBody extends Pick<Body, 'encoding' | 'type'> {
  readonly kept: KeptBytes;
}

/** A call that is over and not read yet. `response` is undefined if there was none. */
export interface FinishedCall extends Omit<EndedCall, 'request' | 'response'> {
  readonly request: KeptBody;
  readonly response: KeptBody | undefined;
}

/** What logging calls needs. */
export interface CallLogPorts {
  readonly client: Pick<Client, 'inference' | 'newId'>;
  readonly log: Log;
  readonly meter: Meter;
  /** How much a body may take when it is decompressed. */
  readonly mostBytes: number;
}

const taken = ({ kept, encoding, type }: KeptBody): Body => ({ bytes: kept.bytes, isWhole: kept.isWhole, encoding, type });

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Turns calls that are over into inferences, one after another, each in a turn of the event loop of its own. No failure of it comes back. */
export class CallLog {
  readonly #ports: CallLogPorts;
  #last: Promise<void> = Promise.resolve();
  #trouble: string | undefined;

  constructor(ports: CallLogPorts) {
    this.#ports = ports;
  }

  /** Takes a call. What was kept of it is given back when it has been read. */
  add(call: FinishedCall): void {
    this.#last = this.#last.then(nextTurn).then(() => this.#record(call));
  }

  /** Resolves when all that was added has been handed to the client. */
  read(): Promise<void> {
    return this.#last;
  }

  async #record(call: FinishedCall): Promise<void> {
    const { client } = this.#ports;
    try {
      const payload = inferenceOf(await this.#readCall(call), client.newId());
      client.inference(payload).then(
        () => this.#accepted(),
        (error: unknown) => this.#lost(error),
      );
    } catch (error) {
      this.#lost(error);
    }
  }

  async #readCall({ request, response, ...call }: FinishedCall): Promise<EndedCall> {
    const { mostBytes } = this.#ports;
    const [sent, got] = [taken(request), response === undefined ? undefined : taken(response)];
    request.kept.release();
    response?.kept.release();
    return {
      ...call,
      request: await readJson(sent, mostBytes),
      response: got === undefined ? { unread: 'there was none' } : await readResponse(got, mostBytes),
    };
  }

  #accepted(): void {
    this.#count('accepted');
    if (this.#trouble !== undefined) this.#ports.log.info({}, 'Calls are logged again.');
    this.#trouble = undefined;
  }

  #lost(error: unknown): void {
    const known = error instanceof ClientError ? error : undefined;
    const code = known?.code ?? 'unreadable';
    this.#count(code);
    // Said once, not for every call while it lasts: the metric counts them.
    if (this.#trouble !== code) this.#ports.log.warn({ code, reason: known?.reason, path: known?.path }, 'A call was not logged.');
    this.#trouble = code;
  }

  #count(result: string): void {
    this.#ports.meter.count('proxy_inferences_total', { result }, 1);
  }
}
