import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dimsId, dimsKey, dimsReader } from '../../../operators/windows/dims-reader.ts';
import { versioned } from '../../../pipeline/core/key.ts';

const dims = fc.dictionary(fc.constantFrom('a', 'b', 'a|b', 'c\\'), fc.constantFrom('', '|', '\\', 'x', 'x|y', 'b|x'), {
  noNullPrototype: true,
});

describe('dimsId', () => {
  it('is the same for equal dims only, in whatever order their names stand', () => {
    fc.assert(
      fc.property(dims, dims, (one, other) => {
        const reversed = Object.fromEntries(Object.entries(one).reverse());
        const equal = JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
        assert.equal(dimsId(one), dimsId(reversed));
        assert.equal(dimsId(one) === dimsId(other), equal);
      }),
    );
  });
});

describe('dimsReader', () => {
  it('reads texts at paths, in their order: other scalars as text, what is missing as the empty one', () => {
    const reader = dimsReader({ model: 'model.name', version: 'version', beta: 'beta', gone: 'a.b' });
    const value = { model: { name: 'a|b' }, version: 3n, beta: false, gone: null };
    assert.deepEqual(reader.dims(value), { model: 'a|b', version: '3', beta: 'false', gone: '' });
    assert.equal(reader.id(value), 'a\\|b|3|false|');
    assert.equal(dimsKey(reader.dims(value)), reader.id(value));
  });

  it('puts everything together where nothing is named', () => {
    assert.deepEqual([dimsReader({}).id({}), dimsReader({}).dims({})], ['', {}]);
  });

  it('asks a function that has a version', () => {
    const reader = dimsReader(versioned('2', (value: string) => ({ first: value.slice(0, 1) })));
    assert.deepEqual([reader.dims('xyz'), reader.id('xyz'), reader.isForeign, reader.params], [{ first: 'x' }, 'first|x', true, '2']);
  });

  it('takes a dim called `of` for a dim', () => {
    assert.deepEqual(dimsReader({ version: 'v', of: 'o' }).dims({ v: 1, o: 2 }), { version: '1', of: '2' });
  });
});
