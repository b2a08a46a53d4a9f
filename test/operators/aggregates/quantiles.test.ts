import assert from 'node:assert/strict';
import fc from 'fast-check';
import { quantiles } from '../../../operators/aggregates/quantiles.ts';
import { added, aggregateContract, bytesOf } from './contract.ts';

const wanted = { least: 0, p50: 0.5, p90: 0.9, most: 1 };

describe('quantiles', () => {
  const number = fc.oneof(
    fc.double({ min: -1e15, max: 1e15, noNaN: true }),
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.constantFrom(0, 1e-9, 1),
    fc.nat(9),
  );
  aggregateContract(quantiles(wanted), fc.oneof(number, fc.double({ noNaN: true, noDefaultInfinity: true })));

  it('is within the relative error of the true quantile, negative numbers included', () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 200 }), fc.constantFrom(0.01, 0.05), (values, relativeError) => {
        const aggregate = quantiles(wanted, { relativeError });
        const half = Math.floor(values.length / 2);
        const merged = aggregate.merge(added(aggregate, values.slice(0, half)), added(aggregate, values.slice(half)));
        const sorted = values.toSorted((a, b) => a - b);
        for (const [name, q] of Object.entries(wanted)) {
          const exact = sorted[Math.floor(q * (values.length - 1))] ?? NaN;
          const near = Object.entries(aggregate.result(merged)).find(([one]) => one === name)?.[1] ?? NaN;
          assert.ok(Math.abs(near - exact) <= relativeError * Math.abs(exact) * (1 + 1e-9) + 1e-9, `${name}: ${near} for ${exact}`);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is null of nothing', () => {
    const aggregate = quantiles(wanted);
    assert.deepEqual(aggregate.result(aggregate.zero()), { least: null, p50: null, p90: null, most: null });
  });

  it('counts the tiny as zero and the huge as 1e15, so that its size is bounded', () => {
    const aggregate = quantiles({ p0: 0, p100: 1 });
    const acc = added(aggregate, [1e-300, 1e-10, 1e300]);
    const { p0, p100 } = aggregate.result(acc);
    assert.equal(p0, 0);
    assert.ok(Math.abs((p100 ?? 0) - 1e15) <= 1e13);
    assert.ok(acc.store.bins.length < 3000);
  });

  it('writes only bins that hold something', () => {
    const aggregate = quantiles(wanted);
    const acc = added(aggregate, [1, 1e9]);
    aggregate.subtract(acc, 1e9);
    assert.deepEqual(bytesOf(aggregate, acc), bytesOf(aggregate, added(aggregate, [1])));
  });

  it('refuses what is not finite, and a quantile or an error that cannot be', () => {
    assert.throws(() => quantiles(wanted).check?.(NaN), { code: 'bad_number' });
    assert.throws(() => quantiles(wanted).check?.(Infinity), { code: 'bad_number' });
    assert.throws(() => quantiles({ p101: 1.01 }), { code: 'bad_topology' });
    assert.throws(() => quantiles(wanted, { relativeError: 1 }), { code: 'bad_topology' });
  });
});
