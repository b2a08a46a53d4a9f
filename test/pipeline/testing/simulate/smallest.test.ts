import assert from 'node:assert/strict';
import fc from 'fast-check';
import { smallest } from '../../../../pipeline/testing/simulate/smallest.ts';

const plenty = { left: Infinity };

describe('the smallest that still fails', () => {
  it('is what is needed for it, and nothing else', async () => {
    const needed = fc.uniqueArray(fc.nat({ max: 99 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(needed, async (culprits) => {
        const items = Array.from({ length: 100 }, (_, n) => n);
        const fails = (some: ReadonlyArray<number>): Promise<boolean> => Promise.resolve(culprits.every((one) => some.includes(one)));
        assert.deepEqual(
          await smallest(items, { ...plenty }, fails),
          culprits.toSorted((a, b) => a - b),
        );
      }),
    );
  });

  it('is what has been found when the effort is spent', async () => {
    const effort = { left: 3 };
    let tried = 0;
    const kept = await smallest([1, 2, 3, 4, 5, 6, 7, 8], effort, (some) => {
      tried += 1;
      effort.left -= 1;
      return Promise.resolve(some.includes(8));
    });
    assert.equal(tried, 3);
    assert(kept.includes(8) && kept.length < 8);
  });
});
