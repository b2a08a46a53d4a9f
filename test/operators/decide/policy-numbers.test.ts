import assert from 'node:assert/strict';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import { policyNumbers } from '../../../operators/decide/policy-numbers.ts';

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
