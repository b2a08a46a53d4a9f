import type { LineSpec, PanelSpec, Unit } from '../dashboard-spec.ts';

/** A metric of the topologies that are chosen, with more matchers if wanted. */
export const chosen = (metric: string, ...matchers: ReadonlyArray<string>): string =>
  `${metric}{${['topology=~"$topology"', ...matchers].join(',')}}`;

const legendOf = (labels: ReadonlyArray<string>): string => labels.map((label) => `{{${label}}}`).join(' ');

/** The rate of a counter by labels. */
export const rate = (selector: string, ...labels: ReadonlyArray<string>): LineSpec => ({
  expr: `sum by (${labels.join(', ')}) (rate(${selector}[$__rate_interval]))`,
  legend: legendOf(labels),
});

/** The sum of a gauge by labels. */
export const sum = (selector: string, ...labels: ReadonlyArray<string>): LineSpec => ({
  expr: `sum by (${labels.join(', ')}) (${selector})`,
  legend: legendOf(labels),
});

/** The highest value of a gauge by labels. */
export const most = (selector: string, ...labels: ReadonlyArray<string>): LineSpec => ({
  expr: `max by (${labels.join(', ')}) (${selector})`,
  legend: legendOf(labels),
});

/** The p50, p90 and p99 of a histogram; `bucket` selects its buckets. By labels if wanted. */
export const quantiles = (bucket: string, ...labels: ReadonlyArray<string>): ReadonlyArray<LineSpec> =>
  [0.5, 0.9, 0.99].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (${[...labels, 'le'].join(', ')}) (rate(${bucket}[$__rate_interval])))`,
    legend: [`p${quantile * 100}`, ...labels.map((label) => `{{${label}}}`)].join(' '),
  }));

/** A panel of these lines. */
export const panel = (title: string, unit: Unit, ...lines: ReadonlyArray<LineSpec>): PanelSpec => ({ title, unit, lines });
