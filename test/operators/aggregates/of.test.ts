import assert from 'node:assert/strict';
import fc from 'fast-check';
import { count } from '../../../operators/aggregates/count.ts';
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

describe('of', () => {
  aggregateContract(of(score, sum()), rating);
  describe('of what cannot be inverted', () => aggregateContract(of(score, max()), rating));

  it('passes over what the selector does not give', () => {
    const kinds = of(
      versioned('is a', (value: Rating) => (value.kind === 'a' ? value : undefined)),
      count(),
    );
    assert.equal(
      kinds.result(
        added(kinds, [
          { kind: 'a', score: 1 },
          { kind: 'b', score: null },
          { kind: 'a', score: null },
        ]),
      ),
      2,
    );
    assert.equal(of(score, count()).result(added(of(score, count()), [{ kind: 'a', score: null }])), 0);
  });

  it('checks what it selects', () => {
    assert.throws(() => of(score, sum()).check?.({ kind: 'a', score: NaN }), { code: 'bad_number' });
    const broken = of(
      versioned('1', (_: Rating): number => assert.fail('broken')),
      count(),
    );
    assert.throws(() => broken.check?.({ kind: 'a', score: null }), /broken/);
  });

  it('is named after the selector and its version', () => {
    assert.equal(of(score, mean()).name, 'mean of score');
  });
});
