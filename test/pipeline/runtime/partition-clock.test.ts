import assert from 'node:assert/strict';
import { EventClock, WriterClock } from '../../../pipeline/runtime/clock/partition-clock.ts';
import { markerOf, markerRecord } from '../../../pipeline/runtime/clock/writer-marker.ts';

describe('the clock of a source partition', () => {
  it('is the highest event time that was seen', () => {
    const clock = new EventClock();
    assert.equal(clock.time(), -Infinity);
    clock.saw(5);
    clock.saw(3);
    assert.equal(clock.time(), 5);
    assert.equal(clock.isExcluded(), false);
  });

  it('goes on from what it has saved, even from nothing', () => {
    const clock = new EventClock();
    const again = new EventClock();
    again.restore(clock.save());
    assert.equal(again.time(), -Infinity);
    clock.saw(7.5);
    again.restore(clock.save());
    assert.equal(again.time(), 7.5);
    again.restore('');
    assert.equal(again.time(), -Infinity);
  });
});

describe('the clock of an internal partition', () => {
  it('waits until every writer has spoken, and is the lowest of them', () => {
    const clock = new WriterClock(2);
    clock.heard({ writer: 0, time: 10, excluded: false });
    assert.equal(clock.time(), -Infinity);
    clock.heard({ writer: 1, time: 4, excluded: false });
    assert.equal(clock.time(), 4);
    clock.saw();
    assert.equal(clock.time(), 4);
  });

  it('never goes back, whatever a writer says', () => {
    const clock = new WriterClock(1);
    clock.heard({ writer: 0, time: 10, excluded: false });
    clock.heard({ writer: 0, time: 2, excluded: false });
    assert.equal(clock.time(), 10);
  });

  it('does not wait for a writer that is excluded, and stands still when all are', () => {
    const clock = new WriterClock(2);
    clock.heard({ writer: 0, time: 10, excluded: false });
    clock.heard({ writer: 1, time: 4, excluded: true });
    assert.equal(clock.time(), 10);
    clock.heard({ writer: 0, time: 12, excluded: true });
    assert.equal(clock.isExcluded(), true);
    assert.equal(clock.time(), 10);
    clock.heard({ writer: 1, time: 11, excluded: false });
    assert.equal(clock.isExcluded(), false);
    assert.equal(clock.time(), 11);
  });

  it('goes on from what it has saved', () => {
    const clock = new WriterClock(2);
    clock.heard({ writer: 0, time: 10, excluded: true });
    clock.heard({ writer: 1, time: -Infinity, excluded: false });
    const again = new WriterClock(2);
    again.restore(clock.save());
    assert.equal(again.save(), clock.save());
    again.heard({ writer: 1, time: 3, excluded: false });
    assert.equal(again.time(), 3);
    again.restore('');
    assert.equal(again.time(), -Infinity);
  });
});

describe('a marker', () => {
  const place = { topic: 'internal', partition: 3, offset: 9, timestamp: 0 };

  it('is read as it was written', () => {
    for (const marker of [
      { writer: 7, time: -Infinity, excluded: true },
      { writer: 0, time: 1_704_067_200_000, excluded: false },
    ]) {
      const { headers } = markerRecord('internal', 3, marker);
      assert.deepEqual(markerOf({ ...place, key: null, value: null, headers }), marker);
    }
  });

  it('is not taken for a tombstone, nor a record for a marker', () => {
    assert.equal(markerOf({ ...place, key: Buffer.from('k'), value: null }), undefined);
    const { headers } = markerRecord('internal', 3, { writer: 1, time: 2, excluded: false });
    assert.equal(markerOf({ ...place, key: null, value: Buffer.from('v'), headers }), undefined);
  });
});
