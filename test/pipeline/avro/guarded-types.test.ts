import assert from 'node:assert/strict';
import { compiledOf, recordType } from '../../../pipeline/avro/record-type.ts';
import type { RecordType } from '../../../pipeline/core/record-type.ts';

type Value = Readonly<Record<string, unknown>>;

const holding = (...fields: ReadonlyArray<readonly [string, unknown]>): RecordType<Value> =>
  recordType({ type: 'record', name: 'R', fields: fields.map(([name, type]) => ({ name, type })) });

/** Decodes with another schema than wrote. */
const across = (writer: RecordType<Value>, reader: RecordType<Value>, bytes: Buffer): unknown => {
  const [from, to] = [compiledOf(writer).type, compiledOf(reader).type];
  return to.fromBuffer(bytes, to.createResolver(from));
};

const ints = { type: 'array', items: 'int' };
const words = { type: 'map', values: 'string' };

// [1, 2, 3] as a block of two with its size of two bytes, and a block of one without; { a: 'x' } as a block with its size of four bytes.
const blocks = Buffer.from([3, 4, 2, 4, 2, 6, 0, 1, 8, 2, 0x61, 2, 0x78, 0, 14]);
const inBlocks = holding(['list', ints], ['map', words], ['last', 'int']);

describe('the guarded types', () => {
  it('read arrays and maps in several blocks, with and without a size', () => {
    assert.deepStrictEqual(inBlocks.decode(blocks), { list: [1, 2, 3], map: { a: 'x' }, last: 7 });
  });

  it('skip arrays and maps in several blocks', () => {
    assert.deepStrictEqual(across(inBlocks, holding(['last', 'int']), blocks), { last: 7 });
  });

  it('skip arrays and maps item by item', () => {
    const writer = holding(['list', { type: 'array', items: words }], ['last', 'int']);
    const bytes = writer.encode({ list: [{ a: 'x', b: 'y' }, {}], last: 7 });
    assert.deepStrictEqual(across(writer, holding(['last', 'int']), bytes), { last: 7 });
  });

  const longs: ReadonlyArray<number> = [
    0,
    -1,
    2 ** 31,
    -(2 ** 31) - 1,
    2 ** 52,
    2 ** 52 + 1,
    -(2 ** 52),
    -(2 ** 52) - 1,
    -(2 ** 52) - 2,
    2 ** 53 - 2,
    -(2 ** 53) + 2,
  ];
  for (const n of longs) {
    it(`keep the long ${n}, also as a double`, () => {
      const type = holding(['n', 'long']);
      assert.deepStrictEqual(type.decode(type.encode({ n })), { n });
      assert.deepStrictEqual(across(type, holding(['n', 'double']), type.encode({ n })), { n });
      assert.deepStrictEqual(across(type, holding(['n', 'float']), type.encode({ n })), { n });
    });
  }

  it('write a long as the specification says, to the last bit', () => {
    // zigzag(-(2^52) - 1) = 2^53 + 1
    assert.equal(
      holding(['n', 'long'])
        .encode({ n: -(2 ** 52) - 1 })
        .toString('hex'),
      '8180808080808010',
    );
  });

  it('read the longs of the smallest and the largest value as doubles', () => {
    const [long, double] = [holding(['n', 'long']), holding(['n', 'double'])];
    assert.deepStrictEqual(across(long, double, Buffer.from('feffffffffffffffff01', 'hex')), { n: 2 ** 63 });
    assert.deepStrictEqual(across(long, double, Buffer.from('ffffffffffffffffff01', 'hex')), { n: -(2 ** 63) });
  });

  it('promote ints, floats, strings and bytes', () => {
    const writer = holding(['a', 'int'], ['b', 'float'], ['c', 'string'], ['d', 'bytes']);
    const reader = holding(['a', 'double'], ['b', 'double'], ['c', 'bytes'], ['d', 'string']);
    const bytes = writer.encode({ a: 1, b: 0.5, c: 'é', d: Buffer.from('ü') });
    assert.deepStrictEqual(across(writer, reader, bytes), { a: 1, b: 0.5, c: Buffer.from('é'), d: 'ü' });
  });
});
