import assert from 'node:assert/strict';
import { type Judgement, rollbacks } from '../../../../bin/demo/verify/rollbacks.ts';
import type { ModelDeployment } from '../../../../schemas/generated/model-deployment.ts';

const minute = 60e6;

const deployment: ModelDeployment = {
  tenant: 'demo',
  event_id: 'd2',
  schema_version: 1,
  traceparent: null,
  model_name: 'digits',
  model_version: 'v2',
  status: 'DEPLOYED',
  predecessor: 'v1',
  deployment: null,
  deployed_at: 10 * minute,
};

/** Observations of both versions, one a second each from the deployment on, right in the given number of every ten. */
const observed = (count: number, rightOfTen: Readonly<Record<string, number>>): ReadonlyArray<Judgement> =>
  Array.from({ length: count }, (_, index) =>
    Object.entries(rightOfTen).map(([model_version, right]) => ({
      model_name: 'digits',
      model_version,
      value: index % 10 < right ? 1 : 0,
      started: deployment.deployed_at + index * 1e6,
      known_at: deployment.deployed_at + index * 1e6,
    })),
  ).flat();

describe('the rollbacks that must be', () => {
  it('are those of a version that is certainly worse than its predecessor at every look', () => {
    assert.deepEqual(rollbacks([deployment], observed(500, { v1: 9, v2: 7 })), { certain: { 'digits/v2': 'v1' }, undecided: [] });
  });

  it('are none while both are alike, or the new one is better', () => {
    for (const v2 of [9, 10]) assert.deepEqual(rollbacks([deployment], observed(500, { v1: 9, v2 })), { certain: {}, undecided: [] });
  });

  it('are none with fewer than 150 observations of either', () => {
    assert.deepEqual(rollbacks([deployment], observed(149, { v1: 9, v2: 2 })), { certain: {}, undecided: [] });
  });

  it('are none without a predecessor', () => {
    assert.deepEqual(rollbacks([{ ...deployment, predecessor: null }], observed(500, { v1: 9, v2: 2 })), { certain: {}, undecided: [] });
  });

  it('judge both versions since the deployment only', () => {
    const before = observed(500, { v1: 9, v2: 2 }).map((judgement) => ({ ...judgement, started: deployment.deployed_at - minute }));
    assert.deepEqual(rollbacks([deployment], before), { certain: {}, undecided: [] });
  });

  it('are undecided where it depends on when looks fall', () => {
    const worseAtFirst = [
      ...observed(220, { v1: 9, v2: 6 }),
      ...observed(3_000, { v1: 9, v2: 9 }).map((judgement) => ({ ...judgement, known_at: judgement.known_at + 60 * minute })),
    ];
    assert.deepEqual(rollbacks([deployment], worseAtFirst), { certain: {}, undecided: ['digits/v2'] });
  });
});
