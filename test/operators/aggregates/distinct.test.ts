import assert from 'node:assert/strict';
import fc from 'fast-check';
import { distinct } from '../../../operators/aggregates/distinct.ts';
import { added, aggregateContract } from './contract.ts';

const names = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, at) => `user-${from + at}`);

const told = (values: ReadonlyArray<string>, precision = 12): number => {
  const aggregate = distinct({ precision });
  return aggregate.result(added(aggregate, values));
};

describe('distinct', () => {
  aggregateContract(distinct({ precision: 4 }), fc.string());
  describe('with many registers', () => aggregateContract(distinct({ precision: 5 }), fc.string({ maxLength: 2 })));

  it('tells few almost exactly', () => {
    assert.deepEqual([told([]), told(['a']), told(['a', 'b', 'a', '']), told(names(0, 50))], [0, 1, 3, 50]);
  });

  it('stays within four standard errors, from tens to a million', () => {
    for (const n of [100, 1000, 5000, 20_000, 1_000_000]) {
      const error = told(names(0, n)) / n - 1;
      assert.ok(Math.abs(error) < 4 * (1.04 / Math.sqrt(4096)), `${n}: ${error}`);
    }
  });

  it('has the standard error that it states', () => {
    const n = 3000;
    const errors = Array.from({ length: 200 }, (_, at) => told(names(at * n, (at + 1) * n), 8) / n - 1);
    const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
    const stated = 1.04 / Math.sqrt(256);
    assert.ok(deviation > stated * 0.8 && deviation < stated * 1.2, String(deviation));
  });

  it('adds nothing for what both sides of a merge have seen', () => {
    const aggregate = distinct();
    const merged = aggregate.merge(added(aggregate, names(0, 4000)), added(aggregate, names(2000, 6000)));
    assert.equal(aggregate.result(merged), told(names(0, 6000)));
  });

  it('refuses a precision that it does not have', () => {
    for (const precision of [3, 17, 8.5]) assert.throws(() => distinct({ precision }), { code: 'bad_topology' });
  });
});
