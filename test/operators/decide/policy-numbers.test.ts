import assert from 'node:assert/strict';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import { drift } from '../../../operators/decide/drift.ts';
import { policyNumbers } from '../../../operators/decide/policy-numbers.ts';
import { sequentialVsBaseline } from '../../../operators/decide/sequential-vs-baseline.ts';

describe('the numbers of a policy', () => {
  it('are the documented ones where the policy leaves them out', () => {
    const { minSamples, minSubmitters, breach, lookEvery, cooldown, maxRollbacks, span } = policyNumbers({ name: 'p', minSamples: 30 });
    assert.deepEqual(
      { minSamples, minSubmitters, breach, lookEvery, cooldown, maxRollbacks, span },
      {
        minSamples: 30,
        minSubmitters: 20,
        breach: { failures: 2, of: 2 },
        lookEvery: 50,
        cooldown: 3_600_000,
        maxRollbacks: 2,
        span: 'sinceDeployed',
      },
    );
  });

  it('have the span that the rule can judge', () => {
    const series = drift({ test: 'page-hinkley' });
    assert.throws(() => policyNumbers({ name: 'p', rule: series }), /span is \{ lastWindows \}/);
    assert.throws(() => policyNumbers({ name: 'p', rule: sequentialVsBaseline(), span: { lastWindows: 5 } }), /span is 'sinceDeployed'/);
    policyNumbers({ name: 'p', rule: series, span: { lastWindows: 5 } });
  });

  it('have shares between 0 and 1 in the guard of the ratio', () => {
    for (const candidateShare of [0, 1]) assert.throws(() => policyNumbers({ name: 'p', sampleRatio: { candidateShare } }), /sampleRatio/);
    policyNumbers({ name: 'p', sampleRatio: { candidateShare: 0.5 } });
  });

  it('are refused all at once, each by name', () => {
    const wrong = { name: 'p', minSamples: 0, breach: { failures: 3, of: 2 }, cooldown: -1, span: { lastWindows: 0.5 }, minSubmitters: 65 };
    assert.throws(
      () => policyNumbers(wrong),
      (error: unknown) => {
        assert.ok(error instanceof MillraceError);
        assert.equal(error.code, 'bad_topology');
        for (const name of ['minSamples', 'minSubmitters', 'breach', 'cooldown', 'lastWindows'])
          assert.match(error.message, new RegExp(name));
        return true;
      },
    );
  });
});
