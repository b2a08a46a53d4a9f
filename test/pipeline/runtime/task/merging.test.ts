import assert from 'node:assert/strict';
import type { Chunk } from '../../../../pipeline/core/chunk.ts';
import { chunkOf, recordOf } from '../../../../pipeline/testing/records.ts';
import { Merging } from '../../../../pipeline/runtime/task/merging.ts';

const chunk = (streamTime: number, ...asOfs: ReadonlyArray<number>): Chunk<unknown> =>
  chunkOf(
    asOfs.map((asOf) => recordOf(asOf, { asOf })),
    { streamTime },
  );

const valuesOf = (passed: ReadonlyArray<Chunk<unknown>>): ReadonlyArray<ReadonlyArray<unknown>> =>
  passed.map(({ records }) => records.map(({ value }) => value));

const both = new Set([0, 1]);

describe('a merge', () => {
  it('passes on what comes of one fed chunk as one, its records in the order in which they are judged', () => {
    const passed: Chunk<unknown>[] = [];
    const merging = new Merging((each) => passed.push(each));
    merging.expect(both);
    merging.take(0, chunk(90, 1, 50, 80));
    assert.equal(passed.length, 0);
    merging.take(1, chunk(90, 1, 2, 60, 85));
    assert.deepEqual(valuesOf(passed), [[1, 1, 2, 50, 60, 80, 85]]);
    assert.deepEqual(
      passed.map(({ streamTime }) => streamTime),
      [90],
    );
  });

  it('passes on at once what comes by one input only', () => {
    const passed: Chunk<unknown>[] = [];
    const merging = new Merging((each) => passed.push(each));
    merging.expect(new Set([1]));
    merging.take(1, chunk(7, 3));
    assert.deepEqual(passed, [chunk(7, 3)]);
  });

  it('keeps the order in which chunks were fed when an input is slow', () => {
    const passed: Chunk<unknown>[] = [];
    const merging = new Merging((each) => passed.push(each));
    merging.expect(both);
    merging.expect(new Set([0]));
    merging.take(0, chunk(10, 1));
    merging.take(0, chunk(20, 11));
    assert.equal(passed.length, 0);
    merging.take(1, chunk(10, 2));
    assert.deepEqual(valuesOf(passed), [[1, 2], [11]]);
  });
});
