import { describe } from '../../core/describe.ts';
import { mermaid } from '../../core/mermaid.ts';
import { jsonPage, type Pages, textPage } from '../health-server.ts';
import type { PrometheusMeter } from '../prometheus-meter.ts';
import { graphPage } from './graph-page.ts';
import type { ProcessStatus } from './process-status.ts';
import { statePage, type StateSources } from './state-page.ts';

/** What the pages of a process are made from. */
export interface PageSources extends StateSources {
  readonly meter: PrometheusMeter;
  /** Whether the loop turns: false once it has not for longer than it ever should. */
  readonly isAlive: () => boolean;
  readonly status: () => ProcessStatus;
}

const probe = (ok: boolean): ReturnType<typeof jsonPage> => jsonPage({ ok }, ok ? 200 : 503);

/** The pages of a process, for probes, scrapes and people. */
export const processPages = ({ topology, meter, isAlive, status, ...state }: PageSources): Pages => ({
  '/healthz': () => probe(isAlive()),
  '/readyz': () => probe(status().ready),
  '/metrics': async () => textPage(await meter.scrape(), meter.contentType),
  '/graph': async () => textPage(await graphPage(topology), 'text/html; charset=utf-8'),
  '/graph.mmd': () => textPage(mermaid(topology)),
  '/graph.json': () => jsonPage(describe(topology)),
  '/status': () => jsonPage(status()),
  '/state/': statePage({ topology, ...state }),
});
