import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nearOrder } from '../../../../pipeline/state/lmdb/near-order.ts';

const span = 2 ** 32;

describe('nearOrder', () => {
  it('tells every index once, in an order that is right but for the last of 32 bits', () => {
    const numbers = fc.array(fc.oneof(fc.double({ noNaN: true, min: -1e15, max: 1e15 }), fc.integer(), fc.constant(Infinity)));
    fc.assert(
      fc.property(numbers, (wanted) => {
        const order = [...nearOrder(Float64Array.from(wanted))];
        assert.deepEqual(
          order.toSorted((a, b) => a - b),
          wanted.map((_, at) => at),
        );
        const finite = wanted.filter(Number.isFinite);
        const slack = (Math.max(...finite) - Math.min(...finite)) / (span / 4);
        const sorted = order.map((at) => wanted[at] ?? NaN);
        for (const [at, number] of sorted.slice(1).entries()) {
          const before = sorted[at] ?? NaN;
          if (Number.isFinite(before)) assert(number >= before - slack, `${number} stands behind ${before}`);
          else assert.equal(number, Infinity);
        }
      }),
    );
  });

  it('tells numbers apart that differ by next to nothing', () => {
    assert.deepEqual([...nearOrder(Float64Array.of(Number.MIN_VALUE, 0))], [1, 0]);
  });

  it('keeps equal numbers in the order of their indexes', () => {
    assert.deepEqual([...nearOrder(Float64Array.of(7, 7, 1, 7))], [2, 0, 1, 3]);
  });
});
