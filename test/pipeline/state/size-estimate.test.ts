import assert from 'node:assert/strict';
import { SizeEstimate } from '../../../pipeline/state/size-estimate.ts';

describe('SizeEstimate', () => {
  it('is the mean of what it has seen', () => {
    const estimate = new SizeEstimate();
    assert.equal(estimate.perEntry, 0);
    estimate.add(10);
    estimate.add(30);
    assert.equal(estimate.perEntry, 20);
  });

  it('follows values that change in size', () => {
    const estimate = new SizeEstimate();
    for (let entry = 0; entry < 100_000; entry++) estimate.add(100);
    for (let entry = 0; entry < 300_000; entry++) estimate.add(1_000);
    assert.ok(estimate.perEntry > 950, `a mean of ${estimate.perEntry}`);
  });
});
