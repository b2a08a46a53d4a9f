import assert from 'node:assert/strict';
import type { Look } from '../../../operators/decide/rule.ts';
import { sequentialVsBaseline } from '../../../operators/decide/sequential-vs-baseline.ts';
import type { Sums } from '../../../operators/decide/sums.ts';

const rate = (sum: number, n: number): Sums => ({ n, sum, sumSq: sum });
const higher = (candidate: Sums, baseline: Sums): Look => ({ better: 'higher', candidate, baseline });
const lower = (candidate: Sums, baseline: Sums): Look => ({ better: 'lower', candidate, baseline });

describe('sequentialVsBaseline', () => {
  const rule = sequentialVsBaseline();

  it('fails a version only once its whole interval is worse, and lets a better one be', () => {
    assert.equal(rule.judge(higher(rate(180, 250), rate(240, 250))).verdict, 'failure');
    assert.equal(rule.judge(higher(rate(220, 250), rate(230, 250))).verdict, 'success');
    assert.equal(rule.judge(higher(rate(240, 250), rate(180, 250))).verdict, 'success');
  });

  it('looks to the other side where lower is better', () => {
    assert.equal(rule.judge(lower(rate(240, 250), rate(180, 250))).verdict, 'failure');
    assert.equal(rule.judge(lower(rate(180, 250), rate(240, 250))).verdict, 'success');
  });

  it('tells effect, interval, harm and error level', () => {
    const { effect, interval, harm, alpha, threshold, reason } = rule.judge(higher(rate(180, 250), rate(240, 250)));
    assert.ok(interval !== undefined && interval.low < effect && effect < interval.high && interval.high < 0);
    assert.ok(Math.abs(effect + 0.24) < 1e-12 && Math.abs(harm - 0.24) < 1e-12);
    assert.deepEqual([alpha, threshold], [0.05, 0]);
    assert.match(reason, /^a mean of 0.7200 over 250 observations against 0.9600 over 250; .* at any time, α 0.050$/);
  });

  it('spends its error among the metrics that are judged together', () => {
    const one = rule.judge(higher(rate(180, 250), rate(240, 250)));
    const five = sequentialVsBaseline({ metrics: 5 }).judge(higher(rate(180, 250), rate(240, 250)));
    assert.equal(five.alpha, 0.01);
    assert.ok((five.interval?.high ?? 0) > (one.interval?.high ?? 0));
  });

  it('asks for a certain loss beyond the margin, and is inconclusive down to where all is well again', () => {
    const look = higher(rate(1000, 2000), rate(1600, 2000));
    const verdictOf = (margin: number, clear = margin): string => sequentialVsBaseline({ margin, clear }).judge(look).verdict;
    assert.deepEqual([verdictOf(0.2), verdictOf(0.29), verdictOf(0.29, 0.2)], ['failure', 'success', 'inconclusive']);
    const relative = sequentialVsBaseline({ scale: 'relative', margin: 0.29 }).judge(look);
    assert.deepEqual([relative.verdict, relative.effect.toFixed(3)], ['failure', '-0.375']);
  });

  it('finds harm earlier with all of the error on its side', () => {
    const high = (oneSided: boolean): number =>
      sequentialVsBaseline({ oneSided }).judge(higher(rate(180, 250), rate(240, 250))).interval?.high ?? 0;
    assert.ok(high(true) < high(false));
  });

  it('is inconclusive where nothing can be judged', () => {
    assert.equal(rule.judge(higher(rate(0, 250), rate(0, 250))).verdict, 'inconclusive');
    assert.equal(rule.judge(higher(rate(1, 1), rate(200, 250))).verdict, 'inconclusive');
    assert.equal(rule.judge({ better: 'higher', candidate: rate(100, 250), baseline: undefined }).verdict, 'inconclusive');
    assert.equal(rule.judge(higher({ n: 250, sum: Number.NaN, sumSq: 1 }, rate(200, 250))).verdict, 'inconclusive');
  });

  it('refuses error levels that are none', () => {
    for (const alpha of [0, 1, Number.NaN]) assert.throws(() => sequentialVsBaseline({ alpha }), { code: 'bad_topology' });
  });
});
