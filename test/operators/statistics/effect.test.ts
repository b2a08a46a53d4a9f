import assert from 'node:assert/strict';
import type { Sums } from '../../../operators/decide/sums.ts';
import { effectOf, type Comparison } from '../../../operators/statistics/effect.ts';
import { tTest } from '../../../operators/statistics/t-test.ts';
import { oneSidedWidth, sequenceHalfWidth } from '../../../operators/statistics/confidence-sequence.ts';

const sums = (values: ReadonlyArray<number>): Sums => ({
  n: values.length,
  sum: values.reduce((total, value) => total + value, 0),
  sumSq: values.reduce((total, value) => total + value * value, 0),
});

const none = sums([]);

const compared = (baseline: Sums, candidate: Sums, more: Partial<Comparison> = {}): ReturnType<typeof effectOf> =>
  effectOf({ baseline, candidate, measure: 'mean', scale: 'absolute', ...more });

const sound = (...given: Parameters<typeof compared>): Exclude<ReturnType<typeof effectOf>, { verdict: string }> => {
  const effect = compared(...given);
  assert.ok(!('verdict' in effect));
  return effect;
};

const reason = (effect: ReturnType<typeof effectOf>): string => ('verdict' in effect ? effect.reason : 'a number');

describe('the difference of two arms', () => {
  it('is that of the means, with the variances of both samples over their sizes', () => {
    const { estimate, variance, n, degrees } = sound(sums([1, 2, 3]), sums([2, 4, 6, 8]));
    assert.deepEqual([estimate, n], [3, 7]);
    assert.ok(Math.abs(variance - (1 / 3 + 20 / 3 / 4)) < 1e-12);
    assert.ok(Math.abs(degrees - 2 ** 2 / ((1 / 3) ** 2 / 2 + (5 / 3) ** 2 / 3)) < 1e-9);
  });

  it('is relative to the size of the baseline, whatever its sign', () => {
    const scale = 'relative';
    assert.equal(sound(sums([1, 3]), sums([3, 5]), { scale }).estimate, 1);
    assert.equal(sound(sums([-1, -3]), sums([-3, -5]), { scale }).estimate, -1);
  });

  it('has no number without two observations a side, without spread, or relative to 0', () => {
    assert.match(reason(compared(none, sums([1, 2]))), /^of the baseline: .*fewer than two/);
    assert.match(reason(compared(sums([1, 2]), sums([1]))), /^of the candidate: .*fewer than two/);
    assert.match(reason(compared(sums([0.1, 0.1, 0.1]), sums([0.3, 0.3]))), /spread/);
    assert.match(reason(compared(sums([0, 0]), sums([1, 1]), { measure: 'proportion' })), /spread/);
    assert.match(reason(compared(sums([-1, 1]), sums([1, 2]), { scale: 'relative' })), /mean of the baseline is 0/);
  });

  it('has no number of sums that are no finite numbers or cannot be true', () => {
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      assert.match(reason(compared({ n: 5, sum: bad, sumSq: 5 }, sums([1, 2]))), /no finite numbers/);
      assert.match(reason(compared(sums([1, 2]), { n: 5, sum: 1, sumSq: bad })), /no finite numbers/);
    }
    assert.match(reason(compared({ n: 5, sum: 10, sumSq: 1 }, sums([1, 2]))), /cannot be those/);
    assert.match(reason(compared({ n: 5, sum: 6, sumSq: 6 }, sums([0, 1]), { measure: 'proportion' })), /cannot be those/);
    assert.match(reason(compared({ n: 5, sum: 1e200, sumSq: 1e308 }, sums([1, 2]))), /no finite|cannot be/);
  });
});

describe('the intervals of a difference', () => {
  const effect = sound(sums([1, 2, 3, 4, 5, 6]), sums([2, 3, 4, 5, 6, 9]));

  it('hold the estimate in their middle, the sequence being the wider one', () => {
    const { low, high, p } = tTest(effect);
    assert.ok(Math.abs((low + high) / 2 - effect.estimate) < 1e-12);
    assert.ok(p > 0.05 && low < 0 && high > 0);
    assert.ok(sequenceHalfWidth(effect) > (high - low) / 2);
  });

  it('are wider the smaller the error level', () => {
    const options = { alpha: 0.001, tunedFor: 5000 };
    for (const width of [sequenceHalfWidth, oneSidedWidth]) assert.ok(width(effect, options) > width(effect));
  });

  it('spend the error on one side with a nearer bound, which a two-sided sequence of twice the level has at last', () => {
    assert.ok(oneSidedWidth(effect) < sequenceHalfWidth(effect));
    const many = { ...effect, n: 1e12, variance: 1e-6 };
    const [one, two] = [oneSidedWidth(many), sequenceHalfWidth(many, { alpha: 0.1, tunedFor: 5000 })];
    assert.ok(Math.abs(one / two - 1) < 0.1);
  });
});
