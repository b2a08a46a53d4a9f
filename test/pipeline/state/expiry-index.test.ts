import assert from 'node:assert/strict';
import { ExpiryIndex } from '../../../pipeline/state/expiry-index.ts';

describe('ExpiryIndex', () => {
  it('knows before which time nothing is due', () => {
    const index = new ExpiryIndex();
    assert.equal(index.earliest, Infinity);
    index.add({ key: 'a', expiresAt: 5_000 });
    index.add({ key: 'b', expiresAt: 5_010 });
    assert.equal(index.earliest, 5_000);
    assert.deepEqual(index.take(5_000), { key: 'a', expiresAt: 5_000 });
    assert.equal(index.take(5_000), undefined);
    assert.equal(index.earliest, 5_010);
    index.add({ key: 'c', expiresAt: 4_000 });
    assert.equal(index.earliest, 4_000);
  });

  it('counts the references that it holds', () => {
    const index = new ExpiryIndex();
    for (const time of [1, 1, 2_000]) index.add({ key: 'a', expiresAt: time });
    assert.equal(index.size, 3);
    index.take(1);
    assert.equal(index.size, 2);
    index.clear();
    assert.equal(index.size, 0);
  });

  it('gives nothing when it is empty, whatever the time', () => {
    assert.equal(new ExpiryIndex().take(Infinity), undefined);
  });

  it('takes in what belongs to a second that has begun to expire', () => {
    const index = new ExpiryIndex();
    for (const time of [10, 20, 30]) index.add({ key: 'old', expiresAt: time });
    index.take(10);
    index.add({ key: 'new', expiresAt: 25 });
    index.add({ key: 'new', expiresAt: 5 });
    const taken = [index.take(30), index.take(30), index.take(30), index.take(30)];
    assert.deepEqual(
      taken.map((due) => due?.expiresAt),
      [5, 20, 25, 30],
    );
  });

  it('passes over an entry that has got another expiry since', () => {
    const index = new ExpiryIndex<{ readonly key: string; expiresAt: number }>();
    const entry = { key: 'a', expiresAt: 10 };
    index.add(entry);
    entry.expiresAt = 20;
    index.add(entry);
    assert.equal(index.take(15), undefined);
    assert.equal(index.size, 1);
    assert.equal(index.take(20), entry);
  });
});
