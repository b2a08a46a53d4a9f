import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../pipeline/core/ports/clock.ts';
import type { Meter } from '../../pipeline/core/ports/meter.ts';
import { parseTraceParent } from '../../pipeline/core/trace-parent.ts';
import type { CallLog } from './call-log.ts';
import type { Ending, Watcher } from './forward.ts';
import { chosenId, inferenceHeader } from './headers.ts';
import type { InferenceIds } from './inference-ids.ts';
import { KeptBytes, type Room } from './kept-bytes.ts';
import { type Operation, operationOf } from './operations.ts';

/** What watching calls needs. */
export interface WatchPorts {
  readonly clock: Clock;
  readonly meter: Meter;
  readonly calls: CallLog;
  readonly ids: InferenceIds;
  readonly room: Room;
}

const endings: Readonly<Record<Ending, string | undefined>> = {
  whole: undefined,
  caller_left: 'the caller left before the end of the answer',
  upstream_unreachable: 'the upstream could not be reached, or gave no answer',
  upstream_late: 'no connection to the upstream in time',
  upstream_broke: 'the upstream broke off its answer',
};

const second = 1_000;

const measured = (meter: Meter, operation: Operation | 'other', { status, ms }: { readonly status: string; readonly ms: number }): void => {
  meter.count('proxy_requests_total', { operation, status }, 1);
  meter.observe('proxy_request_seconds', { operation }, ms / second);
};

/** What a call is known by, and when it began. */
interface Begun {
  readonly request: IncomingMessage;
  readonly operation: Operation;
  readonly started: number;
  readonly from: number;
}

/** A call that will be logged: what passes is kept as far as there is room, and read when all is over. */
class WatchedCall {
  readonly #ports: WatchPorts;
  readonly #begun: Begun;
  readonly #sent: KeptBytes;
  readonly #got: KeptBytes;
  #answer: IncomingMessage | undefined;
  #id: string | undefined;
  #endedAt: number | undefined;

  constructor(begun: Begun, ports: WatchPorts) {
    this.#ports = ports;
    this.#begun = begun;
    this.#sent = new KeptBytes(ports.room);
    this.#got = new KeptBytes(ports.room);
  }

  sent(part: Buffer): void {
    this.#sent.add(part);
  }

  got(part: Buffer): void {
    this.#got.add(part);
  }

  answered(answer: IncomingMessage): ReadonlyArray<string> {
    this.#answer = answer;
    return [inferenceHeader, this.#named(answer.statusCode)];
  }

  failed(): ReadonlyArray<string> {
    return [inferenceHeader, this.#named(undefined)];
  }

  complete(): void {
    this.#endedAt = this.#ports.clock.monotonic();
  }

  over(ending: Ending): void {
    const { clock, calls } = this.#ports;
    const { request, operation, started, from } = this.#begun;
    const [sent, answer] = [request.headers, this.#answer];
    calls.add({
      id: this.#named(answer?.statusCode),
      operation,
      trace: parseTraceParent(sent.traceparent),
      started,
      latency: (this.#endedAt ?? clock.monotonic()) - from,
      status: answer?.statusCode,
      broken: endings[ending],
      request: { kept: this.#sent, encoding: sent['content-encoding'], type: sent['content-type'] },
      response: answer && { kept: this.#got, encoding: answer.headers['content-encoding'], type: answer.headers['content-type'] },
    });
  }

  #named(status: number | undefined): string {
    this.#id ??= this.#ports.ids.idFor(chosenId(this.#begun.request.headers[inferenceHeader]), status);
    return this.#id;
  }
}

/** What watches a call: measures it, and logs it if it is an inference. */
export const watchCall = (request: IncomingMessage, ports: WatchPorts): Watcher => {
  const { clock, meter } = ports;
  const operation = operationOf(request.method, request.url ?? '/');
  const [started, from] = [clock.now(), clock.monotonic()];
  const call = operation === undefined ? undefined : new WatchedCall({ request, operation, started, from }, ports);
  let status: number | undefined;
  return {
    sent: (part) => call?.sent(part),
    got: (part) => call?.got(part),
    complete: () => call?.complete(),
    answered: (answer) => {
      status = answer.statusCode;
      return call?.answered(answer) ?? [];
    },
    failed: () => call?.failed() ?? [],
    over: (ending) => {
      measured(meter, operation ?? 'other', { status: ending === 'whole' ? String(status) : ending, ms: clock.monotonic() - from });
      call?.over(ending);
    },
  };
};
