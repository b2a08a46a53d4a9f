import assert from 'node:assert/strict';
import { drift, type DriftOptions } from '../../../operators/decide/drift.ts';
import type { Judgement } from '../../../operators/decide/rule.ts';
import type { Sums } from '../../../operators/decide/sums.ts';

/** Windows of 100 zeros and ones, so many of them ones. */
const series = (...ones: ReadonlyArray<number>): ReadonlyArray<Sums> => ones.map((sum) => ({ n: 100, sum, sumSq: sum }));

const total = (windows: ReadonlyArray<Sums>): Sums => {
  const sum = windows.reduce((all, window) => all + window.sum, 0);
  return { n: windows.length * 100, sum, sumSq: sum };
};

const judged = (options: DriftOptions, windows: ReadonlyArray<Sums>, better: 'higher' | 'lower' = 'higher'): Judgement =>
  drift(options).judge({ better, candidate: total(windows), baseline: undefined, series: windows });

// A window of 100 has a standard error of .03 at a rate of .9.
const cusum: DriftOptions = { test: 'cusum', target: 0.9, sd: 0.3 };

describe('drift', () => {
  it('by CUSUM adds up what every window is beyond half a standard error of the target', () => {
    const { verdict, effect, threshold, harm } = judged(cusum, series(90, 87, 87));
    assert.ok(Math.abs(effect - 1) < 1e-9);
    assert.deepEqual([verdict, threshold], ['success', 5]);
    assert.ok(Math.abs(harm - 0.03) < 1e-9);
  });

  it('fails once the sum is above the bound, and no longer once it has fallen again', () => {
    assert.equal(judged(cusum, series(90, 87, 87, 81, 81)).verdict, 'failure');
    assert.equal(judged(cusum, series(87, 87, 81, 81, 93, 93, 93, 93)).verdict, 'success');
  });

  it('looks to the side of harm only', () => {
    assert.equal(judged(cusum, series(99, 99, 99, 99)).effect, 0);
    assert.equal(judged(cusum, series(99, 99, 99, 99), 'lower').verdict, 'failure');
  });

  it('by Page-Hinkley finds a fall below the mean so far, and none where there is none', () => {
    const options: DriftOptions = { test: 'page-hinkley', threshold: 20 };
    assert.equal(judged(options, series(...Array.from({ length: 40 }, () => 90))).verdict, 'success');
    const fallen = [...Array.from({ length: 20 }, () => 90), ...Array.from({ length: 8 }, () => 80)];
    const { verdict, harm } = judged(options, series(...fallen));
    assert.equal(verdict, 'failure');
    assert.ok(harm > 0);
  });

  it('takes no notice of windows without observations, and judges nothing as well', () => {
    assert.equal(judged(cusum, [...series(87), { n: 0, sum: 0, sumSq: 0 }, ...series(87)]).effect.toFixed(6), '1.000000');
    assert.equal(drift(cusum).judge({ better: 'higher', candidate: total([]), baseline: undefined }).verdict, 'success');
  });

  it('never rolls back', () => {
    assert.deepEqual([drift(cusum).onBreach, drift({ ...cusum, then: 'pause' }).onBreach], ['notify', 'pause']);
  });

  it('refuses numbers that are none', () => {
    assert.throws(() => drift({ ...cusum, sd: 0 }), { code: 'bad_topology' });
    assert.throws(() => drift({ test: 'page-hinkley', threshold: Number.NaN }), { code: 'bad_topology' });
  });
});
