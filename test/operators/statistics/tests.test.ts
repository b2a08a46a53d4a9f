import assert from 'node:assert/strict';
import { bonferroni } from '../../../operators/statistics/bonferroni.ts';
import { logBetaMixture } from '../../../operators/statistics/beta-mixture.ts';
import { cusumStep } from '../../../operators/statistics/cusum.ts';
import { expectedSteps } from '../../../operators/statistics/markov-chain.ts';
import { msprtRatio } from '../../../operators/statistics/msprt.ts';
import { newPageHinkley, pageHinkleyStep, usualPageHinkley } from '../../../operators/statistics/page-hinkley.ts';
import { sampleRatioP } from '../../../operators/statistics/sample-ratio.ts';

const near = (got: number, expected: number, within = 1e-9): void => {
  assert.ok(Math.abs(got - expected) <= within, `${String(got)} is not ${String(expected)}`);
};

describe('the mixture tests', () => {
  it('give the likelihood ratio of the closed form, in pairs and as a variance', () => {
    const [v, n, d, tau] = [2, 50, 0.4, 0.3];
    const expected = Math.sqrt(v / (v + n * tau ** 2)) * Math.exp((n ** 2 * tau ** 2 * d ** 2) / (2 * v * (v + n * tau ** 2)));
    near(msprtRatio({ estimate: d, variance: v / n, n: 2 * n, degrees: 98 }, { tau }), expected);
    near(msprtRatio({ estimate: 1 + d, variance: v / n, n: 2 * n, degrees: 98 }, { tau, nullEffect: 1 }), expected);
  });

  it('give the beta mixture, which is the product of predictive odds', () => {
    // One success then one failure with a prior of 1, 1: (1/2)/p · (1/3)/(1 − p).
    const mixture = logBetaMixture({ successes: 1, failures: 1, rate: 0.2, prior: { a: 1, b: 1 } });
    assert.ok('log' in mixture);
    near(mixture.log, Math.log(1 / 2 / 0.2) + Math.log(1 / 3 / 0.8), 1e-8);
  });

  it('have no number without counts or a rate', () => {
    assert.ok('reason' in logBetaMixture({ successes: Number.NaN, failures: 1, rate: 0.2 }));
    assert.ok('reason' in logBetaMixture({ successes: 1, failures: -1, rate: 0.2 }));
    for (const rate of [0, 1, Number.NaN]) assert.ok('reason' in logBetaMixture({ successes: 1, failures: 1, rate }));
    assert.deepEqual(logBetaMixture({ successes: 0, failures: 0, rate: 0.5 }), { log: 0 });
  });
});

describe('the guards', () => {
  it('tell a ratio that chance explains from one that it does not', () => {
    const pOf = (baseline: number, candidate: number): number => {
      const result = sampleRatioP({ baseline, candidate, candidateShare: 0.5 });
      return 'p' in result ? result.p : Number.NaN;
    };
    // χ² = 10.828 with one degree of freedom is p = .001 (Fisher's table).
    near(pOf(5000 + 164.5, 5000 - 164.5), 0.001, 2e-5);
    near(pOf(5000, 5000), 1);
    assert.ok('reason' in sampleRatioP({ baseline: 0, candidate: 0, candidateShare: 0.5 }));
    assert.ok('reason' in sampleRatioP({ baseline: 1, candidate: 1, candidateShare: 1 }));
  });

  it('share the error among metrics', () => {
    near(bonferroni(0.05, 5), 0.01);
    near(bonferroni(0.05, 0), 0.05);
  });
});

describe('the drift tests', () => {
  it('add up what is beyond the slack, and never fall below 0', () => {
    assert.deepEqual([cusumStep(0, 2, 0.5), cusumStep(1, 2, 0.5), cusumStep(1, -3, 0.5)], [1.5, 2.5, 0]);
  });

  it('take a group of one as a value', () => {
    let state = newPageHinkley;
    for (const value of [0, 1, 0]) state = pageHinkleyStep(state, { value, count: 1 }, { ...usualPageHinkley, keep: 1, tolerance: 0 });
    near(state.mean, 1 / 3);
    near(state.sum, 0.5 - 1 / 3);
  });
});

describe('a Markov chain', () => {
  it('takes so many steps to its end as theory says', () => {
    // The gambler with a fair coin between 0 and 4: i(4 − i) rounds.
    const steps = expectedSteps(3, (from, to) => (Math.abs(from - to) === 1 ? 0.5 : 0));
    for (const [at, expected] of [3, 4, 3].entries()) near(steps[at] ?? Number.NaN, expected);
  });
});
