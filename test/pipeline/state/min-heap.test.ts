import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MinHeap } from '../../../pipeline/state/min-heap.ts';

const drained = (heap: MinHeap): number[] => {
  const numbers: number[] = [];
  while (heap.least !== Infinity) {
    numbers.push(heap.least);
    heap.pop();
  }
  return numbers;
};

describe('MinHeap', () => {
  it('gives numbers back in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (numbers) => {
        const heap = new MinHeap();
        for (const number of numbers) heap.push(number);
        assert.deepEqual(
          drained(heap),
          numbers.toSorted((a, b) => a - b),
        );
      }),
    );
  });

  it('has nothing least when it is empty or cleared', () => {
    const heap = new MinHeap();
    heap.pop();
    heap.push(1);
    heap.clear();
    assert.equal(heap.least, Infinity);
  });
});
