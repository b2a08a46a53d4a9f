import assert from 'node:assert/strict';
import fc from 'fast-check';
import { countsByLabel } from '../../../operators/aggregates/counts-by-label.ts';
import { added, aggregateContract } from './contract.ts';

const label = fc.oneof(fc.constantFrom('a', 'b', 'c', 'd', '__proto__', ''), fc.string({ maxLength: 3 }));

describe('countsByLabel', () => {
  describe('of named labels', () => aggregateContract(countsByLabel({ labels: ['a', 'b', '__proto__'] }), label));
  describe('up to a limit', () => aggregateContract(countsByLabel({ limit: 3 }), label));

  it('counts the labels that are named and all others together', () => {
    const named = countsByLabel({ labels: ['yes', 'no'] });
    assert.deepEqual(named.result(added(named, ['no', 'yes', 'perhaps', 'no', ''])), { counts: { no: 2, yes: 1 }, other: 2 });
  });

  it('counts fully those labels that come first, whenever they arrive', () => {
    fc.assert(
      fc.property(fc.array(label), (labels) => {
        const bounded = countsByLabel({ limit: 4 });
        const kept = [...new Set(labels)].sort().slice(0, 4);
        const { counts, other } = bounded.result(added(bounded, labels));
        const expected = kept.map((one) => [one, labels.filter((each) => each === one).length]);
        assert.deepEqual([counts, other], [Object.fromEntries(expected), labels.filter((each) => !kept.includes(each)).length]);
      }),
    );
  });

  it('takes labels out again up to a limit, whatever the order, if it is to last', () => {
    const lasting = countsByLabel({ limit: 3, lasting: true });
    const changes = fc.array(label).chain((came) => fc.tuple(fc.constant(came), fc.shuffledSubarray(came)));
    fc.assert(
      fc.property(changes, ([came, went]) => {
        const acc = went.reduce((rest, each) => lasting.subtract(rest, each), added(lasting, came));
        const left = (one: string): number => came.filter((each) => each === one).length - went.filter((each) => each === one).length;
        const kept = [...new Set(came)].sort().slice(0, 3);
        const single = kept.map((one) => [one, left(one)] as const).filter(([, n]) => n > 0);
        const { counts, other } = lasting.result(acc);
        assert.deepEqual(counts, Object.fromEntries(single));
        assert.equal(other, came.length - went.length - single.reduce((sum, [, n]) => sum + n, 0));
      }),
    );
  });
});
