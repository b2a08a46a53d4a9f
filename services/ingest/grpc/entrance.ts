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

/** What is to be done when a call is over, once, whichever way it ends. */
const ending = (route: Route, { meter, clock, budget }: ServerPorts): ((found: OpenCall | Refusal | undefined) => void) => {
  const began = clock.monotonic();
  let isOver = false;
  return (found) => {
    if (isOver || found === undefined) return;
    isOver = true;
    if (found instanceof OpenCall) budget.release(found.bytes);
    meter.gauge('ingest_in_flight_bytes', {}, budget.used);
    measureRequest(meter, route, { status: found.status, ms: clock.monotonic() - began });
  };
};

/** Lets calls of these routes in or refuses them before their message is read, and measures them when they are over. */
export const entrance =
  (routes: ReadonlyMap<string, Route>, open: OpenCalls, ports: ServerPorts): ServerInterceptor =>
  ({ path }, call) => {
    const route = routes.get(path);
    if (route === undefined) return new ServerInterceptingCall(call);
    const over = ending(route, ports);
    const received = new AbortController();
    let found: OpenCall | Refusal | undefined;
    const refuse = (refused: Refusal): void => {
      call.sendStatus(callStatusOf(refused));
      received.abort();
      if (found instanceof OpenCall) found.status = refused.status;
      over(found);
    };
    const watch = async (): Promise<void> => {
      await ports.clock.sleep(ports.settings.requestTimeout, received.signal);
      if (!received.signal.aborted) refuse(slow);
    };
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, go) => {
            found = admitted(metadata, route, ports);
            if (!(found instanceof OpenCall)) return refuse(found);
            open.set(metadata, found);
            void watch();
            go(metadata);
          },
          onReceiveMessage: (message, go) => {
            received.abort();
            go(message);
          },
          onCancel: () => {
            received.abort();
            over(found);
          },
        }),
      sendStatus: (status, go) => {
        received.abort();
        go(status);
        over(found);
      },
    });
  };
