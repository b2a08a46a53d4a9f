import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ratio } from '../../../operators/aggregates/ratio.ts';
import { versioned } from '../../../pipeline/core/key.ts';
import { added, aggregateContract } from './contract.ts';

describe('ratio', () => {
  const clicked = versioned('clicked', (value: number) => value % 3 === 0);
  const shown = versioned('shown', (value: number) => value % 2 === 0);
  aggregateContract(ratio(clicked, shown), fc.nat(100));

  it('counts each side by its own test', () => {
    const both = ratio(clicked, shown);
    assert.deepEqual(both.result(added(both, [0, 1, 2, 3, 4])), { numerator: 2, denominator: 3, ratio: 2 / 3 });
  });

  it('takes everything below if no second test is given', () => {
    assert.deepEqual(ratio(clicked).result(added(ratio(clicked), [0, 1, 2, 4])), { numerator: 1, denominator: 4, ratio: 0.25 });
  });

  it('is null over nothing', () => {
    assert.equal(ratio(clicked).result(ratio(clicked).zero()).ratio, null);
  });

  it('throws what a test throws before it changes anything', () => {
    const broken = ratio(
      versioned('1', () => true),
      versioned('1', () => assert.fail('broken')),
    );
    assert.throws(() => broken.check?.(1), /broken/);
  });

  it('names its tests', () => {
    assert.equal(ratio(clicked, shown).name, 'ratio(clicked / shown)');
  });
});
