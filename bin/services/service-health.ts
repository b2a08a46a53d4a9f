import { type HealthServer, jsonPage, startHealthServer, textPage } from '../../pipeline/runtime/health-server.ts';
import type { PrometheusMeter } from '../../pipeline/runtime/prometheus-meter.ts';
import type { Settings } from '../cli/setting-table.ts';
import { defaultPort } from './launch-settings.ts';

/** A process beside the stream, as far as its health server asks it. */
export interface Serving {
  isDraining(): boolean;
  /** Sets gauges before a scrape, if there are such. */
  measure?(): void;
}

/** Starts the health server of a process beside the stream: `/healthz`, `/readyz` (503 from the moment in which it drains) and `/metrics`. */
export const serviceHealth = ({ healthHost, healthPort }: Settings, serving: Serving, meter: PrometheusMeter): Promise<HealthServer> => {
  const isReady = (): boolean => !serving.isDraining();
  const pages = {
    '/healthz': () => jsonPage({ ok: true }),
    '/readyz': () => jsonPage({ ok: isReady() }, isReady() ? 200 : 503),
    '/metrics': async () => {
      serving.measure?.();
      return textPage(await meter.scrape(), meter.contentType);
    },
  };
  return startHealthServer(pages, { host: healthHost, port: healthPort ?? defaultPort });
};
