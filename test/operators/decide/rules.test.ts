import assert from 'node:assert/strict';
import fc from 'fast-check';
import { absolute } from '../../../operators/decide/absolute.ts';
import { relativeToBaseline } from '../../../operators/decide/relative-to-baseline.ts';
import type { Look } from '../../../operators/decide/rule.ts';
import type { Sums } from '../../../operators/decide/sums.ts';

const rate = (sum: number, n: number): Sums => ({ n, sum, sumSq: sum });
const higher = (candidate: Sums, baseline?: Sums): Look => ({ better: 'higher', candidate, baseline });
const lower = (candidate: Sums, baseline?: Sums): Look => ({ better: 'lower', candidate, baseline });

describe('absolute', () => {
  const rule = absolute({ bound: 0.75 });

  it('passes a mean at the bound and fails one below it', () => {
    assert.equal(rule.judge(higher(rate(75, 100))).verdict, 'success');
    assert.equal(rule.judge(higher(rate(74, 100))).verdict, 'failure');
  });

  it('fails a mean above the bound where lower is better', () => {
    assert.equal(rule.judge(lower(rate(75, 100))).verdict, 'success');
    assert.equal(rule.judge(lower(rate(76, 100))).verdict, 'failure');
  });

  it('is inconclusive between the bound and the mean from which all is well again', () => {
    const withClear = absolute({ bound: 0.75, clear: 0.8 });
    assert.deepEqual(
      [74, 75, 79, 80].map((sum) => withClear.judge(higher(rate(sum, 100))).verdict),
      ['failure', 'inconclusive', 'inconclusive', 'success'],
    );
  });

  it('tells the mean as the effect and the distance to the bound as the harm', () => {
    const { effect, threshold, harm } = rule.judge(higher(rate(50, 100)));
    assert.deepEqual({ effect, threshold, harm }, { effect: 0.5, threshold: 0.75, harm: 0.25 });
  });
});

describe('relativeToBaseline', () => {
  const rule = relativeToBaseline({ margin: 0.25 });

  it('passes a loss of exactly the margin and fails a larger one', () => {
    assert.equal(rule.judge(higher(rate(75, 100), rate(100, 100))).verdict, 'success');
    assert.equal(rule.judge(higher(rate(74, 100), rate(100, 100))).verdict, 'failure');
  });

  it('fails a gain beyond the margin where lower is better', () => {
    assert.equal(rule.judge(lower(rate(50, 100), rate(40, 100))).verdict, 'success');
    assert.equal(rule.judge(lower(rate(51, 100), rate(40, 100))).verdict, 'failure');
  });

  it('measures against the size of a baseline that is negative', () => {
    assert.equal(rule.judge(higher(rate(-126, 100), rate(-100, 100))).verdict, 'failure');
    assert.equal(rule.judge(higher(rate(-124, 100), rate(-100, 100))).verdict, 'success');
  });

  it('is inconclusive between the margin and the loss from which all is well again', () => {
    const withClear = relativeToBaseline({ margin: 0.25, clear: 0.125 });
    const verdictAt = (sum: number): string => withClear.judge(higher(rate(sum, 1000), rate(1000, 1000))).verdict;
    assert.deepEqual([749, 750, 874, 875].map(verdictAt), ['failure', 'inconclusive', 'inconclusive', 'success']);
  });

  it('has no effect against a baseline of zero', () => {
    const { verdict, effect } = rule.judge(higher(rate(0, 100), rate(0, 100)));
    assert.deepEqual({ verdict, effect }, { verdict: 'inconclusive', effect: 0 });
  });

  it('tells the signed effect, the threshold in the same terms, and the harm in the unit of the metric', () => {
    const { effect, threshold, harm } = rule.judge(higher(rate(50, 100), rate(100, 100)));
    assert.deepEqual({ effect, threshold, harm }, { effect: -0.5, threshold: -0.25, harm: 0.5 });
  });

  it('never fails a version against itself', () => {
    const sums = fc.record({
      n: fc.integer({ min: 1, max: 1e6 }),
      sum: fc.double({ min: -1e9, max: 1e9, noNaN: true }),
      sumSq: fc.constant(0),
    });
    fc.assert(
      fc.property(sums, fc.constantFrom(higher, lower), (side, look) => {
        assert.notEqual(rule.judge(look(side, side)).verdict, 'failure');
      }),
    );
  });
});
