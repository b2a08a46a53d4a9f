import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Aggregate } from '../../../pipeline/core/aggregate.ts';
import { ByteReader, ByteWriter } from '../../../pipeline/core/bytes.ts';

/** Numbers that a careless sum gets wrong: fractions, cancellation over many magnitudes, subnormals, zeros of either sign. */
export const awkwardNumbers = (limit: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: -1000, max: 1000 }),
    fc.double({ min: -limit, max: limit, noNaN: true }),
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.constantFrom(0, -0, 0.1, 1e16, 1, -1e16, limit, -limit, 5e-324, 2 ** 53, 2 ** -1000),
  );

export const added = <In, Acc>(aggregate: Aggregate<In, Acc, unknown>, values: ReadonlyArray<In>): Acc =>
  values.reduce((acc, value) => aggregate.add(acc, value), aggregate.zero());

export const resultOf = <In, Out>(aggregate: Aggregate<In, unknown, Out>, ...values: In[]): Out =>
  aggregate.result(added(aggregate, values));

export const refuses = (aggregate: Aggregate<number, unknown, unknown>, ...values: number[]): void => {
  for (const value of values) assert.throws(() => aggregate.check?.(value), { code: 'bad_number' }, String(value));
};

export const bytesOf = <Acc>(aggregate: Aggregate<never, Acc, unknown>, acc: Acc): Buffer => {
  const writer = new ByteWriter();
  aggregate.write(acc, writer);
  return writer.take();
};

const readBack = <Acc>(aggregate: Aggregate<never, Acc, unknown>, acc: Acc): Acc => aggregate.read(new ByteReader(bytesOf(aggregate, acc)));

/** Adds the values in the order of `shuffled`, cut into groups at `cuts`, and merges the groups pairwise from the end. */
const grouped = <In, Acc>(aggregate: Aggregate<In, Acc, unknown>, values: ReadonlyArray<In>, cuts: ReadonlyArray<number>): Acc => {
  const at = [0, ...[...cuts].sort((a, b) => a - b).map((cut) => cut % (values.length + 1)), values.length].sort((a, b) => a - b);
  const groups = at.slice(1).map((end, group) => added(aggregate, values.slice(at[group], end)));
  return groups.reduceRight((acc, group) => aggregate.merge(acc, readBack(aggregate, group)), aggregate.zero());
};

const shuffledWithCuts = <In>(values: fc.Arbitrary<In>) =>
  fc.array(values, { maxLength: 60 }).chain((list) =>
    fc.record({
      list: fc.constant(list),
      shuffled: fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
      cuts: fc.array(fc.nat(100), { maxLength: 5 }),
    }),
  );

/** What every aggregate promises, for values that it takes. */
export const aggregateContract = <In, Acc, Out>(aggregate: Aggregate<In, Acc, Out>, values: fc.Arbitrary<In>): void => {
  it('gives the same result and the same bytes in any order and grouping', () => {
    fc.assert(
      fc.property(shuffledWithCuts(values), ({ list, shuffled, cuts }) => {
        const plain = added(aggregate, list);
        const other = grouped(aggregate, shuffled, cuts);
        assert.deepStrictEqual(aggregate.result(other), aggregate.result(plain));
        assert.deepEqual(bytesOf(aggregate, other), bytesOf(aggregate, plain));
      }),
    );
  });

  it('goes on after being written and read as if it had not been', () => {
    fc.assert(
      fc.property(fc.array(values), fc.array(values), (before, after) => {
        const resumed = after.reduce((acc, value) => aggregate.add(acc, value), readBack(aggregate, added(aggregate, before)));
        assert.deepStrictEqual(aggregate.result(resumed), aggregate.result(added(aggregate, [...before, ...after])));
      }),
    );
  });

  it('leaves a copied accumulator and a merged one as they were', () => {
    fc.assert(
      fc.property(fc.array(values), fc.array(values, { minLength: 1 }), (before, after) => {
        const first = added(aggregate, before);
        const second = added(aggregate, after);
        const bytes = [bytesOf(aggregate, first), bytesOf(aggregate, second)];
        after.reduce((acc, value) => aggregate.add(acc, value), aggregate.merge(aggregate.copy(first), second));
        assert.deepEqual([bytesOf(aggregate, first), bytesOf(aggregate, second)], bytes);
      }),
    );
  });

  it('can subtract exactly if it says so', () => {
    assert.equal(aggregate.subtract !== undefined, aggregate.invertible);
    if (aggregate.invertible)
      fc.assert(fc.property(fc.array(values), fc.array(values), (kept, undone) => assertUndone(aggregate, kept, undone)));
  });

  it('takes these values for good', () => {
    fc.assert(fc.property(values, (value) => assert.equal(aggregate.check?.(value), undefined)));
  });
};

const assertUndone = <In, Acc>(aggregate: Aggregate<In, Acc, unknown>, kept: ReadonlyArray<In>, undone: ReadonlyArray<In>): void => {
  const acc = undone.reduce(
    (rest, value) => aggregate.subtract?.(rest, value) ?? rest,
    added(aggregate, [...undone.toReversed(), ...kept]),
  );
  assert.deepEqual(bytesOf(aggregate, acc), bytesOf(aggregate, added(aggregate, kept)));
};
