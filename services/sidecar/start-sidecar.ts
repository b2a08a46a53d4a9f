import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Client } from '../../client/client.ts';
import { MillraceError } from '../../pipeline/core/errors.ts';
import type { Clock } from '../../pipeline/core/ports/clock.ts';
import type { Log } from '../../pipeline/core/ports/log.ts';
import type { Meter } from '../../pipeline/core/ports/meter.ts';
import { Budget } from '../ingest/log/budget.ts';
import { CallLog } from './call-log.ts';
import { connectionsTo } from './connections.ts';
import { answerFailure, forward } from './forward.ts';
import { InferenceIds } from './inference-ids.ts';
import type { SidecarSettings } from './sidecar-settings.ts';
import { watchCall } from './watched-call.ts';

/** What the proxy stands on. The client is closed with it. */
export interface SidecarPorts {
  readonly client: Pick<Client, 'inference' | 'newId' | 'close' | 'stats'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

/** A proxy that listens. */
export interface Sidecar {
  /** e.g. `http://127.0.0.1:11435`. */
  readonly url: string;
  isDraining(): boolean;
  /** Sets the gauges to what is so now. */
  measure(): void;
  /** Ends it in order: takes no new connections, lets calls end, hands what was logged to the API for up to 5 s. Resolves with `ended`. */
  stop(): Promise<void>;
  /** Resolves when it has stopped. */
  readonly ended: Promise<void>;
}

/** Callers keep connections open between calls; one that is closed just when they use it fails them. */
const keepAliveMs = 75_000;

const listening = (server: Server, { host, port }: SidecarSettings['address']): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(new MillraceError('bad_config', `the proxy cannot listen on ${host}:${port}: ${error.message}`, error)),
    );
    server.listen(port, host, () => {
      const address = server.address();
      const own = typeof address === 'object' && address !== null ? address.port : port;
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${own}`);
    });
  });

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

const notAPath = { status: 400, type: 'invalid_request_error', message: 'The proxy takes a path, not an address of its own.' };

/** What watches the calls of a proxy, and what it holds. */
const watchingOn = ({ client, clock, log, meter }: SidecarPorts, { keptBytes, keptInAll }: SidecarSettings) => {
  const budget = new Budget(keptInAll);
  const calls = new CallLog({ client, log, meter, mostBytes: keptBytes });
  const ids = new InferenceIds(() => client.newId());
  return { clock, meter, calls, ids, room: { most: keptBytes, budget } };
};

/** Starts the proxy. Throws `bad_config` if it cannot listen. */
export const startSidecar = async (ports: SidecarPorts, settings: SidecarSettings): Promise<Sidecar> => {
  const { client, clock, meter } = ports;
  const { upstream } = settings;
  const connections = connectionsTo(upstream, { clock, connectTimeout: settings.connectTimeout });
  const watching = watchingOn(ports, settings);
  let draining = false;
  let active = 0;
  const isLast = (): boolean => draining;
  // Connections on which nothing was asked yet do not count as idle, and would hold up the end for a minute.
  const closeUnused = (): void => {
    if (draining && active === 0) server.closeAllConnections();
  };
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.url?.startsWith('/') !== true) return answerFailure(response, notAPath);
    active += 1;
    response.on('close', () => {
      active -= 1;
      closeUnused();
    });
    forward(request, response, { upstream, connections, watcher: watchCall(request, watching), isLast });
  };
  const server = createServer({ keepAliveTimeout: keepAliveMs }, take);
  const url = await listening(server, settings.address);
  let end: (stopped: Promise<void>) => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const drain = async (): Promise<void> => {
    await closed(server);
    await watching.calls.read();
    await client.close();
    connections.close();
  };
  return {
    url,
    isDraining: isLast,
    measure: () => {
      meter.gauge('proxy_kept_bytes', {}, watching.room.budget.used);
      meter.gauge('proxy_waiting_inferences', {}, client.stats().inference.buffered);
    },
    stop: () => {
      if (!draining) {
        draining = true;
        end(drain());
        closeUnused();
      }
      return ended;
    },
    ended,
  };
};
