import assert from 'node:assert/strict';
import { fields } from '../../../operators/aggregates/fields.ts';
import { lasting } from '../../../operators/aggregates/lasting.ts';
import { max } from '../../../operators/aggregates/max.ts';
import { sum } from '../../../operators/aggregates/sum.ts';
import { added, refuses } from './contract.ts';

describe('lasting', () => {
  it('keeps what it has seen of values that are taken out again', () => {
    const spread = fields({ total: sum(), most: lasting(max()) });
    const acc = added(spread, [1, 5, 3]);
    assert.deepEqual(spread.result(spread.subtract(acc, 5)), { total: 4, most: 5 });
  });

  it('can stand where an invertible aggregate has to, and says what it is', () => {
    const most = lasting(max());
    assert.deepEqual([most.invertible, most.name, most.layout], [true, 'lasting max', 'max']);
    assert.equal(max().invertible, false);
  });

  it('checks values as the aggregate does that it is made of', () => {
    refuses(lasting(max()), Infinity, NaN);
  });
});
