import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ByteReader, ByteWriter } from '../../../pipeline/core/bytes.ts';

/** Avro's long: zig-zag, then seven bits a byte, the lowest first. */
const reference = (value: number): ReadonlyArray<number> => {
  const bytes: number[] = [];
  let rest = value >= 0 ? BigInt(value) * 2n : BigInt(value) * -2n - 1n;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
};

const integer = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer(),
  fc.integer({ min: -200, max: 200 }),
  fc.constantFrom(-(2 ** 52), -(2 ** 52) - 1, 2 ** 53 - 1, 1 - 2 ** 53),
);

describe('ByteWriter and ByteReader', () => {
  it('write integers as Avro does, all safe ones, and read them back', () => {
    fc.assert(
      fc.property(integer, (value) => {
        const bytes = new ByteWriter().integer(value).take();
        assert.deepEqual([...bytes], reference(value));
        assert.equal(new ByteReader(bytes).integer(), value);
      }),
    );
  });

  it('refuse what is no safe integer', () => {
    for (const value of [NaN, Infinity, -Infinity, 1.5, 2 ** 53]) assert.throws(() => new ByteWriter().integer(value), RangeError);
  });

  it('read back what was put, in the same order, however long', () => {
    const values = fc.record({ double: fc.double(), flag: fc.boolean(), text: fc.string(), bytes: fc.uint8Array({ maxLength: 600 }) });
    fc.assert(
      fc.property(fc.array(values), (all) => {
        const writer = new ByteWriter();
        for (const { double, flag, text, bytes } of all) writer.double(double).boolean(flag).string(text).bytes(bytes);
        const reader = new ByteReader(writer.take());
        for (const { double, flag, text, bytes } of all) {
          assert.deepEqual([reader.double(), reader.boolean(), reader.string()], [double, flag, text]);
          assert.deepEqual([...reader.bytes()], [...bytes]);
        }
      }),
    );
  });

  it('write any text as UTF-8 behind its length, wherever the buffer stands', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 120 }),
      fc.string({ maxLength: 600 }),
      fc.tuple(fc.string({ maxLength: 60 }), fc.constantFrom('é', '日本', '😀', '\u007f', '\u0080')).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.array(text), (all) => {
        const writer = new ByteWriter();
        for (const each of all) writer.string(each);
        const bytes = writer.take();
        const expected = all.map((each) => Buffer.concat([Buffer.from(reference(Buffer.byteLength(each))), Buffer.from(each)]));
        assert.deepEqual(bytes, Buffer.concat(expected));
        const reader = new ByteReader(bytes);
        for (const each of all) assert.equal(reader.string(), Buffer.from(each).toString());
      }),
    );
  });

  it('take hands out a copy and begins anew', () => {
    const writer = new ByteWriter().integer(1);
    const first = writer.take();
    assert.deepEqual([[...writer.integer(2).take()], [...first]], [[4], [2]]);
  });

  it('throw past the end', () => {
    const cut = new ByteWriter().string('hello').take().subarray(0, 3);
    assert.throws(() => new ByteReader(cut).string(), RangeError);
    assert.throws(() => new ByteReader(Buffer.alloc(0)).integer(), RangeError);
    assert.throws(() => new ByteReader(Buffer.alloc(7)).double(), RangeError);
  });
});
