import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from '../../../client/client.ts';
import type { Client } from '../../../client/client.ts';
import { noLog } from '../../../pipeline/core/ports/log.ts';
import { prometheusMeter } from '../../../pipeline/runtime/prometheus-meter.ts';
import { systemClock } from '../../../pipeline/runtime/system-clock.ts';
import { defaultSidecarSettings, type SidecarSettings } from '../../../services/sidecar/sidecar-settings.ts';
import { type Sidecar, startSidecar } from '../../../services/sidecar/start-sidecar.ts';
import { type Api, type Item, startApi } from '../../client/rig/api.ts';

/** A request as the upstream had it. */
export interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly raw: ReadonlyArray<string>;
  readonly body: Promise<Buffer>;
  /** Resolves when the connection of the request is gone or its answer is out. */
  readonly closed: Promise<void>;
}

type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

/** A model's API on loopback. */
export interface Upstream {
  readonly url: string;
  readonly seen: ReadonlyArray<Seen>;
  next(...behaviours: ReadonlyArray<Behaviour>): void;
  close(): Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
};

export const startUpstream = async (): Promise<Upstream> => {
  const seen: Seen[] = [];
  const behaviours: Behaviour[] = [];
  const server = createServer((request, response) => {
    const { method, url, headers, rawHeaders: raw } = request;
    const closed = new Promise<void>((resolve) => response.on('close', resolve));
    const body = bodyOf(request);
    body.catch(() => undefined);
    seen.push({ method, url, headers, raw, body, closed });
    const behaviour = behaviours.shift();
    if (behaviour === undefined) response.writeHead(404).end();
    else behaviour(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    next: (...more) => void behaviours.push(...more),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** A proxy between a model and an API, both on loopback. */
export interface SidecarRig {
  readonly sidecar: Sidecar;
  readonly upstream: Upstream;
  readonly api: Api;
  readonly client: Client;
  readonly scrape: () => Promise<string>;
  /** What was logged so far, once nothing waits. */
  readonly logged: () => Promise<ReadonlyArray<Item>>;
  readonly close: () => Promise<void>;
}

export const startSidecarRig = async (settings: Partial<SidecarSettings> = {}): Promise<SidecarRig> => {
  const [api, upstream, meter] = [await startApi(), await startUpstream(), prometheusMeter()];
  const client = createClient({ url: api.url, apiKey: 'key-1', batch: { waitMs: 1 }, retry: { firstMs: 10 } });
  const given = { ...defaultSidecarSettings, address: { host: '127.0.0.1', port: 0 }, upstream: new URL(upstream.url), ...settings };
  const sidecar = await startSidecar({ client, clock: systemClock, log: noLog, meter }, given);
  return {
    sidecar,
    upstream,
    api,
    client,
    scrape: () => {
      sidecar.measure();
      return meter.scrape();
    },
    logged: async () => {
      await systemClock.sleep(30);
      await client.flush(5_000);
      return api.requests.flatMap(({ items }) => items);
    },
    close: async () => {
      await sidecar.stop();
      await Promise.all([api.close(), upstream.close()]);
    },
  };
};
