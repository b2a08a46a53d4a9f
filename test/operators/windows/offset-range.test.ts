import assert from 'node:assert/strict';
import { includeOffset, openRanges, type OpenRange, unitedRanges } from '../../../operators/windows/offset-range.ts';

const range = (place: string, from: number, to: number): OpenRange => ({
  topic: place.slice(0, 1),
  partition: Number(place.slice(1)),
  from,
  to,
});

describe('offset ranges', () => {
  it('widen to the first and the last offset of each partition', () => {
    const ranges: OpenRange[] = [];
    for (const offset of [5, 9, 7, 3]) includeOffset(ranges, { topic: 'b', partition: 1, offset });
    for (const [topic, partition] of [
      ['b', 0],
      ['a', 10],
      ['a', 9],
    ] as const)
      includeOffset(ranges, { topic, partition, offset: 1 });
    assert.deepEqual(ranges, [range('a9', 1, 1), range('a10', 1, 1), range('b0', 1, 1), range('b1', 3, 9)]);
  });

  it('unite to the smallest that holds all of a partition', () => {
    const united = unitedRanges([[range('b0', 4, 5)], [], [range('a0', 1, 1), range('b0', 9, 9)], [range('b0', 1, 2)]]);
    assert.deepEqual(united, [range('a0', 1, 1), range('b0', 1, 9)]);
  });

  it('are copied before they are widened again', () => {
    const published = [range('a0', 1, 1)];
    includeOffset(openRanges(published), { topic: 'a', partition: 0, offset: 7 });
    assert.deepEqual(published, [range('a0', 1, 1)]);
  });
});
