import assert from 'node:assert/strict';
import { Tally } from '../../../../pipeline/runtime/task/tally.ts';

describe('Tally', () => {
  it('tells the sum of what was added since the last time, by node and kind, and nothing of what did not happen', () => {
    const told: (readonly [string, string, number])[] = [];
    const tally = new Tally((node, what, times) => told.push([node, what, times]));
    tally.add('a', 'late', 1);
    tally.add('b', 'late', 2);
    tally.add('a', 'late', 3);
    tally.add('a', 'dropped', 0);
    tally.flush();
    assert.deepEqual(told, [
      ['a', 'late', 4],
      ['b', 'late', 2],
    ]);
    tally.flush();
    assert.equal(told.length, 2);
  });
});
