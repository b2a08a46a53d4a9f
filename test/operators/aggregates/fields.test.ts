import assert from 'node:assert/strict';
import fc from 'fast-check';
import { count } from '../../../operators/aggregates/count.ts';
import { fields } from '../../../operators/aggregates/fields.ts';
import { max } from '../../../operators/aggregates/max.ts';
import { mean } from '../../../operators/aggregates/mean.ts';
import { of } from '../../../operators/aggregates/of.ts';
import { sum } from '../../../operators/aggregates/sum.ts';
import { versioned } from '../../../pipeline/core/key.ts';
import { added, aggregateContract, awkwardNumbers } from './contract.ts';

interface Rating {
  readonly score: number | null;
  readonly kind: string;
}

const rating: fc.Arbitrary<Rating> = fc.record({ score: fc.option(awkwardNumbers(1e290)), kind: fc.constantFrom('a', 'b') });
const score = versioned('score', (value: Rating) => value.score);
const quality = fields({ n: count(), mean: of(score, mean()), total: of(score, sum()) });
const withMax = fields({ most: of(score, max()), n: count() });

describe('fields', () => {
  aggregateContract(quality, rating);
  describe('with a part that cannot be inverted', () => aggregateContract(withMax, rating));

  it('makes a record of the results', () => {
    const acc = added(quality, [
      { kind: 'a', score: 1 },
      { kind: 'a', score: null },
      { kind: 'b', score: 4 },
    ]);
    assert.deepEqual(quality.result(acc), { n: 3, mean: 2.5, total: 5 });
  });

  it('is invertible if all of its parts are', () => {
    assert.deepEqual([quality.invertible, withMax.invertible], [true, false]);
  });

  it('checks every part before one is changed', () => {
    assert.throws(() => quality.check?.({ kind: 'a', score: Infinity }), { code: 'bad_number' });
    assert.ok(!('check' in fields({ n: count() })));
  });

  it('tells its parts in name and layout', () => {
    assert.equal(withMax.name, '{ most: max of score, n: count }');
    assert.equal(withMax.layout, '{ most: max, n: count }');
  });
});
