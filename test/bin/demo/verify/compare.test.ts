import assert from 'node:assert/strict';
import { compare } from '../../../../bin/demo/verify/compare.ts';

describe('compare', () => {
  const expected = { quality: { 'digits/v1/accuracy': { n: 4_171, value: 3_978 / 4_171 } }, names: ['a', null], none: {} };

  it('finds nothing in what is the same', () => {
    assert.deepEqual(compare(structuredClone(expected), expected), []);
  });

  it('names each place that differs, with both values', () => {
    const actual = { quality: { 'digits/v1/accuracy': { n: 4_170, value: 0.95 } }, names: ['a', ''], none: {} };
    assert.deepEqual(compare(actual, expected), [
      { path: 'quality → digits/v1/accuracy → n', expected: 4_171, actual: 4_170 },
      { path: 'quality → digits/v1/accuracy → value', expected: 3_978 / 4_171, actual: 0.95 },
      { path: 'names → 1', expected: null, actual: '' },
    ]);
  });

  it('names what one side lacks, whichever it is', () => {
    assert.deepEqual(compare({ a: 1 }, { a: 1, b: 0 }), [{ path: 'b', expected: 0, actual: undefined }]);
    assert.deepEqual(compare({ a: 1, b: { c: 0 } }, { a: 1 }), [{ path: 'b', expected: undefined, actual: { c: 0 } }]);
  });

  it('lets a quotient be rounded, and no count be off by one', () => {
    assert.deepEqual(compare(0.1 + 0.2, 0.3), []);
    assert.equal(compare(1_000_000_001, 1_000_000_000).length, 1);
    assert.equal(compare(1e-13, 0).length, 1);
    assert.equal(compare('1', 1).length, 1);
    assert.deepEqual(compare(Number.NaN, Number.NaN), []);
  });
});
