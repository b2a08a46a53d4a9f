import assert from 'node:assert/strict';
import avsc from 'avsc';
import fc from 'fast-check';
import { fields } from '../../../operators/aggregates/fields.ts';
import { count } from '../../../operators/aggregates/count.ts';
import { distinct } from '../../../operators/aggregates/distinct.ts';
import { sum } from '../../../operators/aggregates/sum.ts';
import { partType } from '../../../operators/windows/part-type.ts';
import type { WindowPart } from '../../../operators/windows/windowed.ts';
import { recordType } from '../../../pipeline/avro/record-type.ts';
import { ByteWriter } from '../../../pipeline/core/bytes.ts';

const type = partType(count());
const avro = avsc.Type.forSchema(JSON.parse(type.schema) as avsc.Schema);

/** avsc itself rounds or refuses what is beyond 2^52. */
const time = fc.integer({ min: -(2 ** 52), max: 2 ** 52 });
const natural = fc.nat(2 ** 31 - 1);
const range = fc.record({ topic: fc.string(), partition: natural, from: natural, to: fc.nat(2 ** 52) }, { noNullPrototype: true });
const part: fc.Arbitrary<WindowPart<Record<string, string>, number>> = fc.record(
  {
    start: time,
    end: time,
    closesAt: time,
    dims: fc.dictionary(
      fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
      fc.string(),
      { noNullPrototype: true },
    ),
    task: fc.string(),
    revision: natural,
    final: fc.boolean(),
    provisional: fc.boolean(),
    changed: fc.boolean(),
    n: natural,
    streamTime: fc.oneof(time, fc.constant(-Infinity)),
    offsets: fc.array(range),
    acc: fc.maxSafeNat(),
  },
  { noNullPrototype: true },
);

/** The part as Avro knows it: the accumulator as bytes, an unknown stream time as null. */
const asAvro = (one: WindowPart<Record<string, string>, number>): unknown => ({
  ...one,
  streamTime: Number.isFinite(one.streamTime) ? one.streamTime : null,
  acc: new ByteWriter().integer(one.acc).take(),
});

describe('partType', () => {
  it('writes what Avro writes under its schema, byte for byte, and reads it back', () => {
    fc.assert(
      fc.property(part, (one) => {
        const bytes = type.encode(one);
        assert.deepEqual(bytes, avro.toBuffer(asAvro(one)));
        assert.deepEqual(type.decode(bytes), one);
      }),
    );
  });

  it('has a schema that the registry takes as it is', () => {
    const bound = recordType(type.schema);
    assert.equal(bound.name, type.name);
    assert.equal(bound.schema, type.schema);
  });

  it('reads arrays and maps in blocks whose size stands before them', () => {
    const one = { ...fc.sample(part, 1)[0], dims: { page: 'a' }, offsets: [] };
    const plain = type.encode(one as never);
    const at = plain.indexOf(new ByteWriter().integer(1).string('page').string('a').integer(0).take());
    const sized = new ByteWriter().integer(-1).integer(7).string('page').string('a').integer(0).take();
    const bytes = Buffer.concat([plain.subarray(0, at), sized, plain.subarray(at + 9)]);
    assert.deepEqual(type.decode(bytes), type.decode(plain));
  });

  it('carries any aggregate', () => {
    const rich = fields({ n: count(), sum: sum(), users: distinct() });
    const acc = rich.add(rich.zero(), 0.1 as number & string);
    const [sample] = fc.sample(part, 1);
    assert.ok(sample !== undefined);
    assert.deepEqual(rich.result(partType(rich).decode(partType(rich).encode({ ...sample, acc })).acc), { n: 1, sum: 0.1, users: 1 });
  });

  it('refuses bytes that end too early', () => {
    fc.assert(
      fc.property(part, fc.nat(), (one, cut) => {
        const bytes = type.encode(one);
        assert.throws(() => type.decode(bytes.subarray(0, cut % bytes.length)), { code: 'not_decodable' });
      }),
    );
  });

  it('tells its times in ms, and what is no time', () => {
    const [one] = fc.sample(part, 1);
    assert.ok(one !== undefined);
    assert.equal(type.timeAt('start')(one), one.start);
    assert.equal(type.timeAt('streamTime')({ ...one, streamTime: -Infinity }), undefined);
    assert.throws(() => type.timeAt('revision'), { code: 'bad_topic' });
  });
});
