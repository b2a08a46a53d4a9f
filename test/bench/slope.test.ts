import assert from 'node:assert/strict';
import { slope } from '../../bench/memory/slope.ts';

describe('slope', () => {
  it('is that of the line that the points lie on', () => {
    assert.equal(slope([1, 2, 3, 4].map((x) => ({ x, y: 7 - 3 * x }))), -3);
  });

  it('is not moved by what swings around a level', () => {
    assert.equal(slope([1, -1, -1, 1].map((y, x) => ({ x, y }))), 0);
  });

  it('is 0 where there is no line', () => {
    assert.equal(slope([{ x: 1, y: 5 }]), 0);
  });
});
