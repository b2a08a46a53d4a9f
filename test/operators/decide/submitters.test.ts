import assert from 'node:assert/strict';
import fc from 'fast-check';
import { murmur2 } from '../../../pipeline/core/partition-of.ts';
import { countOf, nobody, together } from '../../../operators/decide/submitters.ts';

const hashOf = (id: number): number => murmur2(Buffer.from(`submitter ${String(id)}`)) >>> 0;

const everybody = (ids: ReadonlyArray<number>): ReadonlyArray<number> =>
  ids.map((id) => [hashOf(id)]).reduce<ReadonlyArray<number>>(together, nobody);

describe('submitters', () => {
  it('are counted exactly below 64, each once', () => {
    const ids = Array.from({ length: 63 }, (_, id) => id);
    assert.equal(countOf(everybody([...ids, ...ids])), 63);
    assert.equal(countOf(nobody), 0);
  });

  it('are estimated within four standard errors above', () => {
    for (const count of [200, 2_000, 20_000]) {
      const estimate = countOf(everybody(Array.from({ length: count }, (_, id) => id)));
      assert.ok(Math.abs(estimate - count) < (4 * count) / Math.sqrt(62), `${String(estimate)} for ${String(count)}`);
    }
  });

  it('are the same whatever the order and grouping', () => {
    const hashes = fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 200 });
    fc.assert(
      fc.property(hashes, hashes, hashes, (a, b, c) => {
        const [left, middle, right] = [a, b, c].map((group) => group.map((hash) => [hash]).reduce<ReadonlyArray<number>>(together, nobody));
        assert.ok(left !== undefined && middle !== undefined && right !== undefined);
        assert.deepEqual(together(together(left, middle), right), together(together(right, left), middle));
      }),
    );
  });
});
