import assert from 'node:assert/strict';
import fc from 'fast-check';
import { contentHash } from '../../../pipeline/core/content-hash.ts';

const hash = contentHash();

const plain = fc.object({
  maxDepth: 2,
  key: fc.string({ maxLength: 4 }),
  values: [
    fc.string({ maxLength: 60 }),
    fc.double({ noNaN: true }),
    fc.integer(),
    fc.boolean(),
    fc.bigInt(),
    fc.uint8Array({ maxLength: 4 }),
  ],
});

/** The same value with the fields of each record in the opposite order. */
const turned = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inner]) => [name, turned(inner)]),
  );
};

describe('contentHash', () => {
  it('gives a safe integer that does not depend on the order of fields, on nulls nor on what was hashed before', () => {
    fc.assert(
      fc.property(plain, plain, (value, other) => {
        const fresh = contentHash()(structuredClone(value));
        assert.ok(Number.isSafeInteger(fresh) && fresh >= 0);
        hash(other);
        assert.equal(hash(value), fresh);
        assert.equal(hash(turned(value)), fresh);
        assert.equal(hash({ ...value, 'added later': null, 'not there': undefined }), fresh);
      }),
    );
  });

  it('tells different values apart', () => {
    const values = [
      {}, null, [], [[]], [null], '', 'a', 'b', 'ab', 'ba', '1', 1, -1, 1.5, 0, 2 ** 40, 1n, true, false, ['a', 'b'], ['ab'], ['b', 'a'], { a: 1 }, { b: 1 },
      { a: '1' }, { a: { b: 1 } }, { a: {} }, { a: 1, b: 2 }, { a: 2, b: 1 }, { a: [1] }, { a: [{ b: 1 }] }, { a: [{ b: 2 }] }, Uint8Array.of(1), Uint8Array.of(1, 0),
      'x'.repeat(47), 'x'.repeat(48), 'x'.repeat(49), 'x'.repeat(20_000), `${'x'.repeat(20_000)}y`, 'é'.repeat(48), '\u{8000}'.repeat(48),
    ]; // prettier-ignore
    assert.equal(new Set(values.map(hash)).size, values.length);
  });

  it('spreads many similar values without a collision', () => {
    const hashes = new Set<number>();
    for (let id = 0; id < 200_000; id++) hashes.add(hash({ id, name: `user-${id % 1000}` }));
    assert.equal(hashes.size, 200_000);
  });

  it('takes zero and minus zero for the same', () => {
    assert.equal(hash({ a: -0 }), hash({ a: 0 }));
  });

  it('leaves out the paths that are not content, records with all that is in them', () => {
    const part = contentHash(['received', 'client', 'user.seen']);
    const value = { id: 1, received: 5, client: { sdk: 'js', version: { major: 1 } }, user: { id: 'u', seen: 7 } };
    const same = { id: 1, received: 6, client: null, user: { id: 'u', seen: 8 } };
    assert.equal(part(value), part(same));
    assert.notEqual(part(value), part({ ...value, user: { id: 'v', seen: 7 } }));
    assert.notEqual(hash(value), hash({ ...value, received: 6 }));
  });
});
