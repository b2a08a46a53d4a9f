import assert from 'node:assert/strict';
import { generate } from '../../../bin/demo/generator/generate.ts';
import type { RealData } from '../../../bin/demo/generator/read-data.ts';
import { recompute } from '../../../bin/demo/verify/recompute.ts';
import { realData, someData } from './demo-runs.ts';

const hour = 3_600e6;

/** The first hours of both data sets. */
const firstHours = (hours: number): RealData => {
  const { digits, bandit } = realData();
  const within = <Row extends { readonly at: number }>(rows: ReadonlyArray<Row>): ReadonlyArray<Row> =>
    rows.filter(({ at }) => at < rows[0]!.at + hours * hour);
  return {
    digits: within(digits).filter((_, index) => index % 10 === 0),
    bandit: within(bandit).filter((_, index) => index % 10 === 0),
  };
};

const others: Readonly<Record<string, () => RealData>> = {
  'two hours of it': () => firstHours(2),
  'thirty hours of it': () => firstHours(30),
  'four days of it': () => firstHours(96),
  'nobody clicks': () => ({ ...someData(), bandit: someData().bandit.map((row) => ({ ...row, clicked: false })) }),
  'every prediction is right': () => ({ ...someData(), digits: someData().digits.map((row) => ({ ...row, truth: row.predicted })) }),
  'there are two models of three versions each': () => ({
    ...someData(),
    digits: someData().digits.map((row, index) => ({ ...row, model_name: `m${index % 2}`, model_version: `v${Math.floor(index / 70)}` })),
  }),
  'there is one row of each': () => ({ digits: realData().digits.slice(0, 1), bandit: realData().bandit.slice(0, 1) }),
};

describe('a run over other data', function () {
  this.timeout(60_000);

  for (const [what, data] of Object.entries(others)) {
    it(`ends as its author meant when ${what}`, () => {
      for (const seed of [1, 2]) {
        for (const clean of [true, false]) {
          const { messages, outcomes } = generate({ data: data(), seed, clean });
          const { verdicts } = recompute(messages);
          const meant = outcomes.filter(({ id }) => verdicts.has(id)).map(({ id, ended, code }) => [id, ended, code]);
          const found = [...verdicts].map(([id, { ended, where }]) => [id, ended, where?.[1] ?? null]);
          assert.deepEqual(found, meant, `seed ${seed}`);
        }
      }
    });
  }

  it('names no predecessor across models', () => {
    const { messages } = generate({ data: others['there are two models of three versions each']!(), seed: 1, clean: true });
    const deployed = messages.flatMap((message) => (message.topic === 'model.deployments' ? [message.value!] : []));
    const digits = deployed
      .filter(({ model_name }) => model_name !== 'fashion-policy')
      .map((d) => `${d.model_name} ${d.model_version} after ${d.predecessor}`);
    assert.deepEqual(digits.sort(), [
      'm0 v0 after null',
      'm0 v1 after v0',
      'm0 v2 after v1',
      'm1 v0 after null',
      'm1 v1 after v0',
      'm1 v2 after v1',
    ]);
  });
});
