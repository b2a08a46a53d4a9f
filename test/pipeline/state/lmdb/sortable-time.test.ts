import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readSortable, timeBytes, writeSortable } from '../../../../pipeline/state/lmdb/sortable-time.ts';

const sortable = (time: number): Buffer => {
  const bytes = Buffer.alloc(timeBytes);
  writeSortable(time, bytes, 0);
  return bytes;
};

const times = fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.constantFrom(-Infinity, Infinity, 0, -0));

describe('writeSortable', () => {
  it('writes times so that their bytes compare as they do', () => {
    fc.assert(
      fc.property(times, times, (a, b) => {
        assert.equal(Math.sign(sortable(a).compare(sortable(b))), a === b ? 0 : Math.sign(a < b ? -1 : 1));
      }),
      { numRuns: 2_000 },
    );
  });

  it('writes what readSortable reads, at any place', () => {
    fc.assert(
      fc.property(times, fc.nat({ max: 5 }), (time, offset) => {
        const bytes = Buffer.alloc(offset + timeBytes);
        writeSortable(time, bytes, offset);
        assert.ok(readSortable(bytes, offset) === time);
      }),
    );
  });
});
