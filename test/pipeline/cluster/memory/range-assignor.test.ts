import assert from 'node:assert/strict';
import fc from 'fast-check';
import { rangeAssignor } from '../../../../pipeline/cluster/memory/range-assignor.ts';

const partitionsIn =
  (topics: Readonly<Record<string, number>>) =>
  (topic: string): number =>
    topics[topic] ?? 0;
const show = (assigned: ReturnType<typeof rangeAssignor>): Record<string, string[]> =>
  Object.fromEntries([...assigned].map(([id, partitions]) => [id, partitions.map(({ topic, partition }) => `${topic}${partition}`)]));

describe('rangeAssignor', () => {
  it('gives ranges, the first members one more when it does not come out even', () => {
    const members = ['a', 'b', 'c'].map((id) => ({ id, topics: ['t'] }));
    assert.deepEqual(show(rangeAssignor(members, partitionsIn({ t: 5 }))), { a: ['t0', 't1'], b: ['t2', 't3'], c: ['t4'] });
  });

  it('gives nothing to members beyond the partitions, and leaves unknown topics out', () => {
    const members = ['a', 'b'].map((id) => ({ id, topics: ['t', 'unknown'] }));
    assert.deepEqual(show(rangeAssignor(members, partitionsIn({ t: 1 }))), { a: ['t0'], b: [] });
  });

  it('deals each topic out to its own subscribers', () => {
    const members = [
      { id: 'a', topics: ['s', 't'] },
      { id: 'b', topics: ['t'] },
    ];
    assert.deepEqual(show(rangeAssignor(members, partitionsIn({ s: 2, t: 2 }))), { a: ['s0', 's1', 't0'], b: ['t1'] });
  });

  it('gives every partition to one member, co-partitioned, for every group', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 20 }), (count, partitions) => {
        const members = Array.from({ length: count }, (_, index) => ({ id: `m${index}`, topics: ['s', 't'] }));
        const assigned = rangeAssignor(members, () => partitions);
        const all = [...assigned.values()].flat().map(({ topic, partition }) => `${topic}${partition}`);
        assert.equal(new Set(all).size, all.length);
        assert.equal(all.length, 2 * partitions);
        for (const own of assigned.values()) {
          const of = (topic: string): number[] => own.filter((one) => one.topic === topic).map(({ partition }) => partition);
          assert.deepEqual(of('s'), of('t'));
        }
      }),
    );
  });
});
