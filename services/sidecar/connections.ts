import { Agent as PlainAgent, type ClientRequest } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Clock } from '../../pipeline/core/ports/clock.ts';

/**
 * Connections that nobody uses are closed after so many ms, before servers do it (Node's and uvicorn's after 5 s): a call on a connection that
 * the other side is closing fails, and may not be repeated by a proxy (RFC 9110, 9.2.2).
 */
const idleMs = 4_000;

/** The connections to the upstream, used again by later calls. */
export interface Connections {
  readonly agent: PlainAgent;
  /** Calls `late` if a request has no connection in time. What is returned ends the watch. */
  watch(request: ClientRequest, late: () => void): () => void;
  close(): void;
}

/** Makes the pool of an upstream. `connectTimeout`: in ms. */
export const connectionsTo = (
  upstream: URL,
  { clock, connectTimeout }: { readonly clock: Clock; readonly connectTimeout: number },
): Connections => {
  const options = { keepAlive: true, timeout: idleMs, scheduling: 'lifo' as const };
  const agent = upstream.protocol === 'https:' ? new SecureAgent(options) : new PlainAgent(options);
  return {
    agent,
    watch: (request, late) => {
      const done = new AbortController();
      const connected = (): void => done.abort();
      request.once('socket', (socket: Socket) => {
        if (socket.connecting) socket.once(upstream.protocol === 'https:' ? 'secureConnect' : 'connect', connected);
        else connected();
      });
      void clock.sleep(connectTimeout, done.signal).then(() => {
        if (!done.signal.aborted) late();
      });
      return connected;
    },
    close: () => agent.destroy(),
  };
};
