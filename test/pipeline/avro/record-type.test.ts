import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseSchema } from '../../../pipeline/avro/parse-schema.ts';
import { recordType } from '../../../pipeline/avro/record-type.ts';
import { MillraceError, type ErrorCode } from '../../../pipeline/core/errors.ts';
import { schemaPair } from './schema-pair-arbitrary.ts';
import { valuesOf } from './value-arbitrary.ts';

type Field = Readonly<Record<string, unknown>>;

const record = (...fields: ReadonlyArray<Field>): Field => ({ type: 'record', name: 'Order', namespace: 'test', fields });

interface Order {
  readonly id: string;
  readonly amount: number;
  readonly state: 'OPEN' | 'PAID' | 'UNKNOWN';
  readonly note: string | null;
  readonly lines: ReadonlyArray<{ readonly sku: string; readonly count: number }>;
  readonly tags: Readonly<Record<string, string>>;
  readonly signature: Buffer;
}

const orderSchema = record(
  { name: 'id', type: { type: 'string', logicalType: 'uuid' }, doc: 'Which.' },
  { name: 'amount', type: 'double' },
  { name: 'state', type: { type: 'enum', name: 'State', symbols: ['OPEN', 'PAID', 'UNKNOWN'], default: 'UNKNOWN' } },
  { name: 'note', type: ['null', 'string'], default: null },
  {
    name: 'lines',
    type: {
      type: 'array',
      items: {
        type: 'record',
        name: 'Line',
        fields: [
          { name: 'sku', type: 'string' },
          { name: 'count', type: 'int' },
        ],
      },
    },
  },
  { name: 'tags', type: { type: 'map', values: 'string' } },
  { name: 'signature', type: 'bytes' },
);

const order: Order = {
  id: 'c2a4',
  amount: 12.5,
  state: 'PAID',
  note: null,
  lines: [{ sku: 'pen', count: 3 }],
  tags: { channel: 'web' },
  signature: Buffer.from([1, 2, 3]),
};

const throws = (code: ErrorCode, says: RegExp, run: () => unknown): void => {
  assert.throws(run, (error) => {
    assert.ok(error instanceof MillraceError);
    assert.equal(error.code, code);
    assert.match(error.message, says);
    return true;
  });
};

describe('recordType', () => {
  const orders = recordType<Order>(orderSchema);

  it('gives back what it was given, as plain objects', () => {
    const decoded = orders.decode(orders.encode(order));
    assert.deepStrictEqual(decoded, order);
    assert.equal(Object.getPrototypeOf(decoded), Object.prototype);
  });

  it('writes what the Avro specification says', () => {
    const pairs = recordType<{ a: number; b: string }>(record({ name: 'a', type: 'long' }, { name: 'b', type: 'string' }));
    // The example record of the specification's section on binary encoding.
    assert.equal(pairs.encode({ a: 27, b: 'foo' }).toString('hex'), '3606666f6f');
  });

  it('names its schema in full and keeps docs, defaults and logical types in it', () => {
    assert.equal(orders.name, 'test.Order');
    const [id, , state, note] = (JSON.parse(orders.schema) as { fields: Field[] }).fields;
    assert.deepEqual(id, { name: 'id', doc: 'Which.', type: { type: 'string', logicalType: 'uuid' } });
    assert.deepEqual(state?.type, { type: 'enum', name: 'test.State', symbols: ['OPEN', 'PAID', 'UNKNOWN'], default: 'UNKNOWN' });
    assert.equal(note?.default, null);
  });

  it('makes the same schema text of JSON that is written in another way', () => {
    const { namespace: _, ...unspaced } = orderSchema;
    const other = JSON.stringify({ fields: orderSchema.fields, ...unspaced, name: 'test.Order' }, null, 2);
    assert.equal(recordType(other).schema, orders.schema);
  });

  it('reads its own schema text as the same schema', () => {
    assert.equal(recordType(orders.schema).schema, orders.schema);
  });

  it('round-trips every value of every schema', () => {
    const typed = schemaPair.map(({ reader }) => reader).filter((schema) => isBindable(schema));
    const cases = typed.chain((schema) => fc.tuple(fc.constant(schema), valuesOf(parseSchema(schema))));
    fc.assert(
      fc.property(cases, ([schema, value]) => {
        const type = recordType<unknown>(schema as object);
        assert.deepStrictEqual(normal(type.decode(type.encode(value))), normal(value));
      }),
      { numRuns: 300 },
    );
  });

  it('grows for a value of several megabytes', () => {
    const large = { ...order, note: 'é'.repeat(3_000_000) };
    assert.equal(orders.decode(orders.encode(large)).note?.length, 3_000_000);
    assert.deepStrictEqual(orders.decode(orders.encode(order)), order);
  });

  describe('when a value does not fit', () => {
    const misfits: ReadonlyArray<readonly [string, object, RegExp]> = [
      ['a missing field', { id: undefined }, /test\.Order: at 'id' there is undefined where string belongs/],
      ['an unknown symbol', { state: 'LOST' }, /at 'state' there is "LOST" where test\.State belongs/],
      ['a symbol that every object has', { state: 'constructor' }, /at 'state'/],
      [
        'a fraction in an int',
        { lines: [order.lines[0], { sku: 'pen', count: 1.5 }] },
        /at 'lines\.1\.count' there is 1\.5 where int belongs/,
      ],
      ['an int past 32 bits', { lines: [{ sku: 'pen', count: 2 ** 31 }] }, /at 'lines\.0\.count'/],
      ['a number in a map of strings', { tags: { channel: 7 } }, /at 'tags\.channel' there is 7/],
      ['an array in the place of bytes', { signature: [1, 2] }, /at 'signature' there is an array where bytes belongs/],
      ['a wrong branch of a union', { note: 5 }, /at 'note' there is 5/],
    ];
    for (const [what, part, says] of misfits) {
      it(`names the path of ${what}`, () => {
        throws('not_encodable', says, () => orders.encode({ ...order, ...part }));
      });
    }

    it('rejects a value that leads back to itself', () => {
      const tree = recordType<{ f: unknown }>(record({ name: 'f', type: ['null', 'Order'] }));
      const endless: { f: unknown } = { f: null };
      endless.f = endless;
      throws('not_encodable', /stack/, () => tree.encode(endless));
    });

    it('goes on with the next value', () => {
      assert.throws(() => orders.encode({ ...order, signature: undefined as unknown as Buffer }));
      assert.deepStrictEqual(orders.decode(orders.encode(order)), order);
    });
  });

  describe('when bytes do not fit', () => {
    const bytes = orders.encode(order);

    it('rejects every truncation', () => {
      for (let length = 0; length < bytes.length; length += 1) {
        throws('not_decodable', /test\.Order/, () => orders.decode(bytes.subarray(0, length)));
      }
    });

    it('rejects what follows the record', () => {
      throws('not_decodable', /2 bytes follow the record/, () => orders.decode(Buffer.concat([bytes, Buffer.alloc(2)])));
    });

    it('rejects a long that a number cannot hold', () => {
      const longs = recordType<{ n: number }>(record({ name: 'n', type: 'long' }));
      throws('not_decodable', /precision/, () => longs.decode(Buffer.from('feffffffffffffffff01', 'hex')));
    });

    it('rejects an int past 32 bits', () => {
      const ints = recordType<{ n: number }>(record({ name: 'n', type: 'int' }));
      const longs = recordType<{ n: number }>(record({ name: 'n', type: 'long' }));
      throws('not_decodable', /out of range/, () => ints.decode(longs.encode({ n: 2 ** 31 })));
    });
  });

  it('writes a lone surrogate as the replacement character, as UTF-8 must', () => {
    const texts = recordType<{ t: string }>(record({ name: 't', type: 'string' }));
    const bytes = texts.encode({ t: 'a\ud800b' });
    assert.equal(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(1)), 'a\ufffdb');
  });

  it('keeps a map key that every object has', () => {
    const tags = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>;
    const { tags: decoded } = orders.decode(orders.encode({ ...order, tags }));
    assert.deepEqual(Object.entries(decoded), [
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });

  describe('refuses', () => {
    const refused: ReadonlyArray<readonly [string, object | string, RegExp]> = [
      ['text that is no JSON', '{', /must be JSON/],
      ['a schema that is no record', '"string"', /type string stands where a record belongs/],
      ['a name that is not defined', record({ name: 'a', type: 'Missing' }), /at \/a: 'Missing' is not defined/],
      ['a name that is defined twice', record({ name: 'a', type: orderSchema }), /at \/a: 'test\.Order' is defined twice/],
      ['a field that is there twice', record({ name: 'a', type: 'int' }, { name: 'a', type: 'int' }), /field 'a' twice/],
      ['a field without a type', record({ name: 'a' }), /at \/a: a schema must be/],
      ['a default of another type', record({ name: 'a', type: 'int', default: 'x' }), /default/],
      ['a union of two numbers', record({ name: 'a', type: ['int', 'double'] }), /union at 'a' has int and double/],
      ['a union of a record and a map', record({ name: 'a', type: ['test.Order', { type: 'map', values: 'int' }] }), /test\.Order and map/],
      ['an array of nothing', record({ name: 'a', type: { type: 'array', items: 'null' } }), /array at 'a' take no bytes/],
      ['a field __proto__', record({ name: '__proto__', type: 'int' }), /__proto__/],
      [
        'an enum whose default is no symbol',
        record({ name: 'a', type: { type: 'enum', name: 'E', symbols: ['A'], default: 'B' } }),
        /'B' is no symbol/,
      ],
    ];
    for (const [what, schema, says] of refused) {
      it(what, () => throws('bad_schema', says, () => recordType(schema)));
    }
  });

  it('takes a union of a string, a number and a record, which look different', () => {
    const type = recordType<{ v: unknown }>(record({ name: 'v', type: ['null', 'string', 'long', 'test.Order'], default: null }));
    for (const v of [null, 'x', 7, { v: null }]) assert.deepStrictEqual(type.decode(type.encode({ v })), { v });
  });
});

const isBindable = (schema: unknown): boolean => {
  try {
    recordType(schema as object);
    return true;
  } catch {
    return false;
  }
};

/** Without what Avro cannot keep: a lone surrogate, the sign of zero in an int. */
const normal = (value: unknown): unknown => {
  if (typeof value === 'string') return Buffer.from(value).toString();
  if (value === 0) return 0;
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  return Object.entries(value).map(([key, part]) => [normal(key), normal(part)]);
};
