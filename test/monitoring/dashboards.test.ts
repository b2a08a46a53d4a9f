import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { dashboards } from '../../monitoring/dashboards/all.ts';
import { dashboardText, grafanaDashboard } from '../../scripts/monitoring/grafana.ts';
import { unknownIn } from './known-series.ts';
import { checkRules } from './promtool.ts';

const docker = path.join(import.meta.dirname, '../../docker');
const read = (file: string): string => readFileSync(path.join(docker, file), 'utf8');

describe("Grafana's dashboards", () => {
  it('are committed as they are generated, and there is no other', () => {
    assert.deepEqual(readdirSync(path.join(docker, 'grafana/dashboards')).sort(), dashboards.map(({ uid }) => `${uid}.json`).sort());
    for (const dashboard of dashboards) assert.equal(read(`grafana/dashboards/${dashboard.uid}.json`), dashboardText(dashboard));
  });

  for (const { title, byTopology, panels } of dashboards) {
    it(`name in "${title}" only metrics and labels that there are`, async () => {
      for (const { expr } of panels.flatMap(({ lines }) => lines)) {
        assert.deepEqual(await unknownIn(expr), [], expr);
        assert.ok(byTopology || !expr.includes('$topology'), `${expr} reads a variable that the dashboard does not have`);
      }
    });
  }

  it('ask what Prometheus understands', async function () {
    this.timeout(30_000);
    const exprs = dashboards.flatMap(({ panels }) => panels).flatMap(({ lines }) => lines.map(({ expr }) => expr));
    const rules = exprs.map((expr, nth) => ({
      record: `panel:${nth}`,
      expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$topology', '.*'),
    }));
    const { ok, said } = await checkRules(this, stringify({ groups: [{ name: 'panels', rules }] }));
    assert.ok(ok, said);
    assert.match(said, new RegExp(`SUCCESS: ${exprs.length} rules found`));
  });

  it('have legends of labels that a line is grouped by, panels that do not overlap, and titles that differ', () => {
    for (const dashboard of dashboards) {
      const { panels } = grafanaDashboard(dashboard);
      assert.equal(new Set(panels.map(({ gridPos: { x, y } }) => `${x},${y}`)).size, panels.length);
      assert.equal(new Set(panels.map(({ title }) => title)).size, panels.length);
      for (const { expr, legend } of dashboard.panels.flatMap(({ lines }) => lines)) {
        const labels = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
        assert.ok(
          labels.every((label) => new RegExp(`by \\([^)]*\\b${label}\\b`).test(expr) || expr.startsWith('millrace:')),
          `${legend}: ${expr}`,
        );
      }
    }
  });

  it('say of each panel what its metrics are', () => {
    const silent = dashboards.flatMap((dashboard) => grafanaDashboard(dashboard).panels).filter((panel) => panel.description === undefined);
    // Node's own metrics and recorded series are not in the metric table.
    assert.deepEqual(
      silent.map(({ title }) => title).filter((title) => !/Event loop|CPU|Memory|Heap|Time until|Share of/.test(title)),
      [],
    );
  });

  it('are found by Grafana where compose puts them, with the source of data that they name', () => {
    const compose = read('compose.yml');
    const { providers } = parse(read('grafana/provisioning/dashboards/millrace.yml')) as {
      providers: ReadonlyArray<{ options: { path: string } }>;
    };
    assert.ok(compose.includes(`./grafana/dashboards:${providers[0]?.options.path ?? '?'}:ro`));
    const { datasources } = parse(read('grafana/provisioning/datasources/prometheus.yml')) as {
      datasources: ReadonlyArray<{ uid: string }>;
    };
    const named = dashboards.flatMap((dashboard) => grafanaDashboard(dashboard).panels).map(({ datasource }) => datasource.uid);
    assert.deepEqual(new Set(named), new Set(datasources.map(({ uid }) => uid)));
  });
});
