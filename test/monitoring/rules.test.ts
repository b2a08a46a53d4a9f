import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { alertTable, runbookOf } from '../../monitoring/rule-groups.ts';
import { promtoolFor, runPromtool as run } from './promtool.ts';
import { scenarios, type Scenario } from './scenarios.ts';
import { healthy, type Phases, valuesOf } from './series.ts';

const rules = path.join(import.meta.dirname, '../../docker/prometheus/rules.yml');
const usual: Phases = [120, 60, 60];

/** Every alert of the table at a minute: none fires but this one. */
const expected = (minute: number, firing: Scenario | undefined) =>
  alertTable.map((alert) => ({
    eval_time: `${minute}m`,
    alertname: alert.name,
    exp_alerts:
      firing?.alert === alert.name
        ? [
            {
              exp_labels: { ...firing.labels, severity: alert.severity },
              exp_annotations: { summary: firing.summary, runbook: runbookOf(alert) },
            },
          ]
        : [],
  }));

/** A unit test of promtool: nothing fires before the trouble, its alert does at its end, and nothing does some time after. */
const unitTest = (scenario: Scenario) => {
  const phases = scenario.phases ?? usual;
  const [before, bad, after] = phases;
  return {
    rule_files: [rules],
    evaluation_interval: before > 1_000 ? '15m' : '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries({ ...healthy, ...scenario.courses }).map(([series, course]) => ({
          series,
          values: valuesOf(course, phases),
        })),
        alert_rule_test: [
          ...expected(before - 1, undefined),
          ...expected(before + bad - 1, scenario),
          ...expected(before + bad + after - 1, undefined),
        ],
      },
    ],
  };
};

describe("Prometheus' rules", function () {
  this.timeout(120_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'millrace-rules-'));
  });

  after(() => rm(folder, { recursive: true, force: true }));

  it('are accepted by promtool', async function () {
    const { ok, said } = await run(promtoolFor(this), ['check', 'rules', rules]);
    assert.ok(ok, said);
    assert.match(said, /SUCCESS: \d+ rules found/);
  });

  it('have a trouble that sets off each alert, and no alert twice under one name', () => {
    assert.deepEqual(new Set(scenarios.map(({ alert }) => alert)), new Set(alertTable.map(({ name }) => name)));
    assert.equal(new Set(alertTable.map(({ name }) => name)).size, alertTable.length);
  });

  for (const [nth, scenario] of scenarios.entries()) {
    it(`call by ${scenario.alert} and nothing else when ${scenario.what}, until it is over`, async function () {
      const promtool = promtoolFor(this);
      const file = path.join(folder, `${nth}.yml`);
      await writeFile(file, stringify(unitTest(scenario), { lineWidth: 0 }));
      const { ok, said } = await run(promtool, ['test', 'rules', file]);
      assert.ok(ok, said);
    });
  }

  it('would be found to be wrong if one did not fire', async function () {
    const promtool = promtoolFor(this);
    const file = path.join(folder, 'wrong.yml');
    const [scenario] = scenarios;
    if (scenario === undefined) throw new Error('there is no scenario');
    const broken = path.join(folder, 'broken.yml');
    await writeFile(broken, (await readFile(rules, 'utf8')).replaceAll('up{job=~"millrace.*"} == 0', 'up{job=~"millrace.*"} == 2'));
    await writeFile(file, stringify({ ...unitTest(scenario), rule_files: [broken] }, { lineWidth: 0 }));
    const { ok, said } = await run(promtool, ['test', 'rules', file]);
    assert.ok(!ok);
    assert.match(said, /MillraceDown/);
  });
});
