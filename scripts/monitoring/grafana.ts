import type { DashboardSpec, PanelSpec } from '../../monitoring/dashboard-spec.ts';
import { namedSeries } from '../../monitoring/named-series.ts';
import { type MetricSpec, metricTable } from '../../pipeline/runtime/metric-table.ts';

const source = { type: 'prometheus', uid: 'prometheus' };
const width = 12;
const height = 8;

const specs: ReadonlyMap<string, MetricSpec> = new Map(Object.entries(metricTable));

/** The help texts of the metrics that a panel shows. */
const helpOf = ({ lines }: PanelSpec): string => {
  const names = lines.flatMap(({ expr }) => namedSeries(expr)).map(({ name }) => name.replace(/^millrace_/, ''));
  const helps = names.map((name) => specs.get(name)?.help ?? specs.get(name.replace(/_(bucket|sum|count)$/, ''))?.help);
  return [...new Set(helps.filter((help) => help !== undefined))].join('\n\n');
};

const target = ({ expr, legend }: PanelSpec['lines'][number], nth: number) => ({
  refId: String.fromCharCode('A'.charCodeAt(0) + nth),
  expr,
  legendFormat: legend,
});

interface GrafanaPanel {
  readonly title: string;
  readonly description?: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
}

interface GrafanaDashboard {
  readonly uid: string;
  readonly panels: ReadonlyArray<GrafanaPanel>;
}

const panelOf = (panel: PanelSpec, nth: number): GrafanaPanel & Readonly<Record<string, unknown>> => ({
  id: nth + 1,
  type: 'timeseries',
  title: panel.title,
  ...(helpOf(panel) === '' ? {} : { description: helpOf(panel) }),
  datasource: source,
  gridPos: { h: height, w: width, x: (nth % 2) * width, y: Math.floor(nth / 2) * height },
  fieldConfig: { defaults: { unit: panel.unit, min: 0 }, overrides: [] },
  targets: panel.lines.map(target),
});

const topologies = {
  name: 'topology',
  label: 'Topology',
  type: 'query',
  datasource: source,
  query: 'label_values(millrace_tasks, topology)',
  refresh: 2,
  includeAll: true,
  allValue: '.*',
  multi: true,
  current: { text: 'All', value: '$__all' },
};

/** A dashboard as Grafana reads it. */
export const grafanaDashboard = ({
  uid,
  title,
  byTopology,
  panels,
}: DashboardSpec): GrafanaDashboard & Readonly<Record<string, unknown>> => ({
  uid,
  title,
  schemaVersion: 41,
  editable: false,
  refresh: '10s',
  time: { from: 'now-30m', to: 'now' },
  templating: { list: byTopology ? [topologies] : [] },
  panels: panels.map(panelOf),
});

/** Its text, as it is committed. */
export const dashboardText = (dashboard: DashboardSpec): string => `${JSON.stringify(grafanaDashboard(dashboard), undefined, 2)}\n`;
