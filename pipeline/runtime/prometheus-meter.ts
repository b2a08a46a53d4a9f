import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { MillraceError } from '../core/errors.ts';
import type { Labels, Meter } from '../core/ports/meter.ts';
import { type MetricSpec, metricTable } from './metric-table.ts';

const prefix = 'millrace_';

/** A meter whose values Prometheus can scrape. */
export interface PrometheusMeter extends Meter {
  readonly contentType: string;
  /** The exposition text of all metrics, those of the process and its event loop included. */
  scrape(): Promise<string>;
}

interface Metrics {
  readonly counters: ReadonlyMap<string, Counter>;
  readonly gauges: ReadonlyMap<string, Gauge>;
  readonly histograms: ReadonlyMap<string, Histogram>;
}

const specs: ReadonlyArray<readonly [string, MetricSpec]> = Object.entries(metricTable);

const registered = (registry: Registry): Metrics => {
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const [name, { kind, help, labels, buckets }] of specs) {
    const options = { name: prefix + name, help, labelNames: [...labels], registers: [registry] };
    if (kind === 'counter') counters.set(name, new Counter(options));
    else if (kind === 'gauge') gauges.set(name, new Gauge(options));
    else histograms.set(name, new Histogram(buckets === undefined ? options : { ...options, buckets: [...buckets] }));
  }
  return { counters, gauges, histograms };
};

const found = <M>(metrics: ReadonlyMap<string, M>, name: string): M => {
  const metric = metrics.get(name);
  if (metric === undefined) throw new MillraceError('engine_defect', `there is no metric "${name}" of this kind in the metric table`);
  return metric;
};

/** Registers every metric of the table, and those of the process, in a registry of its own. */
export const prometheusMeter = (): PrometheusMeter => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix });
  const { counters, gauges, histograms } = registered(registry);
  return {
    contentType: registry.contentType,
    scrape: () => registry.metrics(),
    count: (name: string, labels: Labels, by: number) => found(counters, name).inc({ ...labels }, by),
    gauge: (name: string, labels: Labels, value: number) => found(gauges, name).set({ ...labels }, value),
    observe: (name: string, labels: Labels, value: number) => found(histograms, name).observe({ ...labels }, value),
  };
};
