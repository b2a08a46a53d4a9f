import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isWindowTime, sortableTime, timeOfSortable, windowStart } from '../../../operators/windows/window-start.ts';
import { days, hours } from '../../../pipeline/core/time.ts';

const time = fc.oneof(
  fc.integer({ min: -8e15, max: 8e15 }),
  fc.integer({ min: -1000, max: 1000 }),
  fc.double({ min: -1e13, max: 1e13, noNaN: true }),
);

describe('windowStart', () => {
  it('is the multiple of the size at or before the time', () => {
    fc.assert(
      fc.property(time, fc.integer({ min: 1, max: days(400) }), (at, size) => {
        const start = windowStart(at, size);
        assert.ok(start <= at && at < start + size);
        assert.equal(Math.abs(start % size), 0);
      }),
    );
  });

  it('counts windows in UTC from 1970', () => {
    assert.equal(windowStart(Date.UTC(2024, 0, 1, 9, 30), hours(1)), Date.UTC(2024, 0, 1, 9));
    assert.equal(windowStart(-1, hours(1)), -hours(1));
  });
});

describe('sortableTime', () => {
  it('sorts as times do and reads back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9e15, max: 8e15 }), fc.integer({ min: -9e15, max: 8e15 }), (a, b) => {
        assert.equal(sortableTime(a) < sortableTime(b), a < b);
        assert.equal(timeOfSortable(sortableTime(a)), a);
      }),
    );
  });
});

describe('isWindowTime', () => {
  it('takes numbers within 250,000 years', () => {
    assert.deepEqual([0, -8e15, 8e15, 8.1e15, NaN, -Infinity, undefined].map(isWindowTime), [true, true, true, false, false, false, false]);
  });
});
