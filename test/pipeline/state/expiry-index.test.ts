import assert from 'node:assert/strict';
import { ExpiryIndex } from '../../../pipeline/state/expiry-index.ts';

/** References to keys; those in the set are stale. */
const indexOf = (stale: ReadonlySet<string> = new Set()): ExpiryIndex<string> =>
  new ExpiryIndex({ compare: (a, b) => (a < b ? -1 : 1), isStale: (name) => stale.has(name) });

describe('ExpiryIndex', () => {
  it('knows before which time nothing is due', () => {
    const index = indexOf();
    assert.equal(index.earliest, Infinity);
    index.add('a', 5_000);
    index.add('b', 5_010);
    assert.equal(index.earliest, 5_000);
    assert.equal(index.take(5_000), 'a');
    assert.equal(index.take(5_000), undefined);
    assert.equal(index.earliest, 5_010);
    index.add('c', 4_000);
    assert.equal(index.earliest, 4_000);
  });

  it('counts the references that it holds', () => {
    const index = indexOf();
    for (const time of [1, 1, 2_000]) index.add('a', time);
    assert.equal(index.size, 3);
    index.take(1);
    assert.equal(index.size, 2);
    index.clear();
    assert.equal(index.size, 0);
  });

  it('gives nothing when it is empty, whatever the time', () => {
    assert.equal(indexOf().take(Infinity), undefined);
  });

  it('takes in what belongs to a second that has begun to expire', () => {
    const index = indexOf();
    for (const time of [10, 20, 30]) index.add(`old ${time}`, time);
    index.take(10);
    index.add('new 25', 25);
    index.add('new 5', 5);
    index.add('a', 20);
    assert.equal(index.size, 5);
    assert.deepEqual([...taken(index, 30)], ['new 5', 'a', 'old 20', 'new 25', 'old 30']);
  });

  it('passes over what is stale, in whatever state its second is', () => {
    const stale = new Set<string>();
    const index = indexOf(stale);
    for (const name of ['c', 'a', 'b']) index.add(name, 10);
    stale.add('b');
    assert.equal(index.take(10), 'a');
    assert.equal(index.size, 1);
    stale.add('c');
    index.add('d', 10);
    assert.equal(index.size, 1);
    index.add('e', 11);
    stale.add('d');
    assert.deepEqual([...taken(index, 11)], ['e']);
    assert.equal(index.size, 0);
  });
});

function* taken(index: ExpiryIndex<string>, asOf: number): Iterable<string> {
  for (let name = index.take(asOf); name !== undefined; name = index.take(asOf)) yield name;
}
