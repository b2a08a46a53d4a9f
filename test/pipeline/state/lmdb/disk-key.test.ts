import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dueKey, entryKey, isLong, isSameButDigest, keyEncoder, longestKey, readDueKey } from '../../../../pipeline/state/lmdb/disk-key.ts';

const key = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom('', '\u{ffff}', '\u{1f600}'));
const expiry = fc.integer({ min: -3, max: 3 });

/** A key as the binding writes it. */
const written = (text: string | Uint8Array): Buffer => {
  const target = Buffer.alloc(4_096);
  return target.subarray(0, keyEncoder.writeKey(text, target, 0));
};

describe('keys on disk', () => {
  it('sort entries by key bytes', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        const byBytes = Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
        assert.equal(Math.sign(written(entryKey(a)).compare(written(entryKey(b)))), byBytes);
      }),
    );
  });

  it('sort references by expiry and then key bytes, and can be read back', () => {
    fc.assert(
      fc.property(fc.tuple(key, expiry), fc.tuple(key, expiry), ([a, atA], [b, atB]) => {
        const order = atA === atB ? Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))) : Math.sign(atA - atB);
        assert.equal(Math.sign(dueKey(a, atA).compare(dueKey(b, atB))), order);
        assert.deepEqual(readDueKey(dueKey(a, atA)), { key: a, expiresAt: atA });
      }),
    );
  });

  it('stand as they are up to the longest, and with a digest beyond', () => {
    const longest = 'é'.repeat(longestKey / 2);
    assert.equal(isLong(longest), false);
    assert.equal(isLong(`${longest}x`), true);
    assert.equal(entryKey(longest), longest);
    assert.deepEqual(readDueKey(dueKey(longest, 5)), { key: longest, expiresAt: 5 });
    assert.deepEqual(readDueKey(dueKey(`${longest}x`, 5)), { key: undefined, expiresAt: 5 });
    assert.notDeepEqual(entryKey(`${longest}x`), entryKey(`${longest}y`));
    assert.ok(written(entryKey(`${longest}${'x'.repeat(50_000)}`)).length < 1_100);
  });

  it('are told apart by their digests alone when they begin and expire alike', () => {
    const long = 'x'.repeat(longestKey);
    assert.equal(isSameButDigest(dueKey(`${long}a`, 5), dueKey(`${long}b`, 5)), true);
    assert.equal(isSameButDigest(dueKey(`${long}a`, 5), dueKey(`${long}a`, 6)), false);
    assert.equal(isSameButDigest(dueKey(`${long}a`, 5), dueKey(`y${long}b`, 5)), false);
    assert.equal(isSameButDigest(dueKey(long, 5), dueKey(`${long}b`, 5)), false);
    assert.equal(isSameButDigest(dueKey('a', 5), dueKey('b', 5)), false);
  });
});
