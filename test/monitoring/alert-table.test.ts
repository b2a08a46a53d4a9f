import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { namedSeries } from '../../monitoring/named-series.ts';
import { alertTable, ruleGroups, runbookOf } from '../../monitoring/rule-groups.ts';
import { unknownIn } from './known-series.ts';

const root = path.join(import.meta.dirname, '../..');
const page = readFileSync(path.join(root, 'docs/operations.md'), 'utf8');

describe('the alert table', () => {
  it('names only metrics and labels that there are', async () => {
    const exprs = ruleGroups.flatMap(({ records, alerts }) => [...records, ...alerts].map(({ expr }) => expr));
    const unknown = await Promise.all(exprs.map(unknownIn));
    assert.deepEqual(unknown.flat(), []);
    assert.ok(exprs.flatMap(namedSeries).length > 50);
  });

  it('would be found to name others', async () => {
    assert.deepEqual(await unknownIn('sum by (topology, nothing) (rate(millrace_lags_records{topology="a"}[5m]))'), [
      'millrace_lags_records',
      'topology',
      'nothing',
    ]);
    assert.deepEqual(await unknownIn('millrace_lag_records{nodes="a"} > 0'), ['millrace_lag_records{nodes}']);
  });

  it('is the runbook: each alert has its heading there, and there is no other', () => {
    const [, part = ''] = page.split(/<!-- \/?alerts -->/);
    const headings = [...part.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(
      headings,
      alertTable.map(({ name }) => name),
    );
  });

  it('leads from each alert to its heading', () => {
    for (const alert of alertTable) {
      assert.match(runbookOf(alert), /^docs\/operations\.md#[a-z]+$/);
      assert.ok(page.toLowerCase().includes(`\n### ${runbookOf(alert).split('#')[1]}\n`), alert.name);
    }
  });

  it('evaluates a recorded series before what reads it, and records none that nobody reads', () => {
    for (const { name, records, alerts } of ruleGroups) {
      const read = new Set(alerts.flatMap(({ expr }) => namedSeries(expr)).map((series) => series.name));
      for (const [nth, { record }] of records.entries()) {
        assert.ok(read.has(record) || records.slice(nth + 1).some(({ expr }) => expr.includes(record)), `${name}: ${record}`);
        assert.ok(!records.slice(0, nth).some(({ expr }) => expr.includes(record)), `${name}: ${record} comes too late`);
      }
    }
  });
});
