import { type Metadata, ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import type { Credential } from '../auth/key-ring.ts';
import { letIn, overloaded } from '../http/admission.ts';
import { measureRequest } from '../http/request-metrics.ts';
import type { Route } from '../http/routes.ts';
import type { ServerPorts } from '../http/server.ts';
import { type Refusal, refusal } from '../refusal.ts';
import { textIn } from './metadata.ts';
import { callStatusOf } from './rpc-status.ts';

/** What a call takes of the budget until the size of its message is known, in bytes: what HTTP/2 lets a stream hold unread. */
const unread = 65_535;

const slow = refusal('bad_request', 'the message did not come in time');

const clientLeft = 499;

/** A call that was let in, and is not over. */
export class OpenCall {
  readonly credential: Credential;
  /** As REST would answer; for the metrics. */
  status = clientLeft;
  /** Of the budget. */
  bytes = unread;

  constructor(credential: Credential) {
    this.credential = credential;
  }
}

/** The calls that are open, by their metadata: what a handler is given of them. */
export type OpenCalls = WeakMap<Metadata, OpenCall>;

/** Decides on a call before its message is read: who sends it, how fast, and whether there is room. */
const admitted = (metadata: Metadata, route: Route, ports: ServerPorts): OpenCall | Refusal => {
  const shown = { authorization: textIn(metadata, 'authorization'), takesLinks: route.takesLinks };
  const credential = letIn(shown, route, ports);
  if ('code' in credential) return credential;
  return ports.budget.take(unread) ? new OpenCall(credential) : overloaded;
};

/** One call on its way in: how it is let in, refused and over. */
class Entry {
  readonly #route: Route;
  readonly #ports: ServerPorts;
  readonly #refuse: (refused: Refusal) => void;
  readonly #received = new AbortController();
  readonly #began: number;
  #found: OpenCall | Refusal | undefined;
  #isOver = false;

  /** `refuse` tells the client. */
  constructor(route: Route, ports: ServerPorts, refuse: (refused: Refusal) => void) {
    this.#route = route;
    this.#ports = ports;
    this.#refuse = refuse;
    this.#began = ports.clock.monotonic();
  }

  /** The call, if it is let in; it is refused otherwise. Its token is learned first, which may take a while. */
  async decide(metadata: Metadata): Promise<OpenCall | undefined> {
    const { tokens, clock } = this.#ports;
    await tokens?.learn(textIn(metadata, 'authorization'), clock.now());
    if (this.#isOver) return undefined;
    this.#found = admitted(metadata, this.#route, this.#ports);
    if (this.#found instanceof OpenCall) {
      void this.#watch();
      return this.#found;
    }
    this.#end(this.#found);
    return undefined;
  }

  /** The message is there. */
  received(): void {
    this.#received.abort();
  }

  /** Gives back what the call took and measures it, once, whichever way it ends. */
  over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.received();
    const { meter, clock, budget } = this.#ports;
    if (this.#found instanceof OpenCall) budget.release(this.#found.bytes);
    meter.gauge('ingest_in_flight_bytes', {}, budget.used);
    measureRequest(meter, this.#route, { status: this.#found?.status ?? clientLeft, ms: clock.monotonic() - this.#began });
  }

  async #watch(): Promise<void> {
    const { clock, settings } = this.#ports;
    await clock.sleep(settings.requestTimeout, this.#received.signal);
    if (!this.#received.signal.aborted) this.#end(slow);
  }

  #end(refused: Refusal): void {
    if (this.#found instanceof OpenCall) this.#found.status = refused.status;
    this.#refuse(refused);
    this.over();
  }
}

/** Lets calls of these routes in or refuses them before their message is read, and measures them when they are over. */
export const entrance =
  (routes: ReadonlyMap<string, Route>, open: OpenCalls, ports: ServerPorts): ServerInterceptor =>
  ({ path }, call) => {
    const route = routes.get(path);
    if (route === undefined) return new ServerInterceptingCall(call);
    const entry = new Entry(route, ports, (refused) => call.sendStatus(callStatusOf(refused)));
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, go) => {
            void entry.decide(metadata).then((found) => {
              if (found === undefined) return;
              open.set(metadata, found);
              go(metadata);
            });
          },
          onReceiveMessage: (message, go) => {
            entry.received();
            go(message);
          },
          onCancel: () => entry.over(),
        }),
      sendStatus: (status, go) => {
        go(status);
        entry.over();
      },
    });
  };
