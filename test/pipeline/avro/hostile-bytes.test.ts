import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RegistryStore } from '../../../pipeline/avro/embedded-registry/registry-store.ts';
import { memoryRegistry } from '../../../pipeline/avro/memory-registry.ts';
import { parseSchema } from '../../../pipeline/avro/parse-schema.ts';
import { recordType } from '../../../pipeline/avro/record-type.ts';
import { resolutionMisfits } from '../../../pipeline/avro/resolution-misfits.ts';
import { createWire } from '../../../pipeline/avro/wire.ts';
import { MillraceError, errorCatalogue } from '../../../pipeline/core/errors.ts';
import type { RecordType } from '../../../pipeline/core/record-type.ts';
import { feedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import { inferenceLog } from '../../../schemas/generated/inference-log.ts';
import { schemaPair, type GeneratedPair } from './schema-pair-arbitrary.ts';
import { valuesOf } from './value-arbitrary.ts';

type Decode = (bytes: Buffer) => unknown;

/** Decodes, or says why not; anything thrown but a typed reject fails the test. */
const outcome = (decode: Decode, bytes: Buffer): string => {
  try {
    decode(bytes);
    return 'decoded';
  } catch (error) {
    assert.ok(error instanceof MillraceError, `${bytes.toString('hex')}: ${String(error)}`);
    assert.equal(errorCatalogue[error.code].action, 'reject');
    return error.message;
  }
};

const bytesOf = fc.uint8Array({ maxLength: 60 }).map((data) => Buffer.from(data));

/** Varints of every size, more than ten bytes too, among other bytes. */
const varints = fc
  .array(fc.oneof(fc.bigInt({ min: 0n, max: 1n << 90n }).map(varint), bytesOf), { maxLength: 6 })
  .map((parts) => Buffer.concat(parts));

/** The bytes with one of them changed, cut off or put in. */
const damaged = (bytes: Buffer): fc.Arbitrary<Buffer> =>
  fc.tuple(fc.nat(Math.max(0, bytes.length - 1)), bytesOf, fc.nat(3)).map(([at, more, cut]) => {
    return Buffer.concat([bytes.subarray(0, at), more.subarray(0, 3), bytes.subarray(at + cut)]);
  });

function varint(n: bigint): Buffer {
  const parts: number[] = [];
  for (; n >= 0x80n; n >>= 7n) parts.push(Number(n & 0x7fn) | 0x80);
  return Buffer.from([...parts, Number(n)]);
}

const long = (n: bigint): Buffer => varint(n >= 0n ? n * 2n : -n * 2n - 1n);

const holding = (type: unknown): RecordType<unknown> => recordType({ type: 'record', name: 'R', fields: [{ name: 'f', type }] });

const isBindable = ({ reader, writer }: GeneratedPair): boolean => {
  try {
    recordType(reader as object);
    recordType(writer as object);
    return resolutionMisfits(parseSchema(reader), parseSchema(writer)).length === 0;
  } catch {
    return false;
  }
};

/** Decodes bytes that a writer's schema is said to stand behind, as a reader's. */
const across = async (writer: RecordType<unknown>, reader: RecordType<unknown>): Promise<Decode> => {
  const store = new RegistryStore();
  const id = store.register('s', { schema: writer.schema, references: [] });
  const decoder = createWire(memoryRegistry(store)).decoder(reader);
  await decoder.learn(id);
  const header = Buffer.alloc(5);
  header.writeInt32BE(id, 1);
  return (body) => decoder.decode(Buffer.concat([header, body]));
};

describe('hostile bytes', () => {
  it('are rejected or decoded by every record type', () => {
    for (const type of [feedbackEvent, inferenceLog]) {
      fc.assert(
        fc.property(fc.oneof(bytesOf, varints), (bytes) => {
          outcome((body) => type.decode(body), bytes);
        }),
        { numRuns: 500 },
      );
    }
  });

  it('are rejected or decoded where they were good before', () => {
    const good = valuesOf(parseSchema(JSON.parse(feedbackEvent.schema))).map((value) => feedbackEvent.encode(value as never));
    const seen = new Set<string>();
    fc.assert(
      fc.property(good.chain(damaged), (bytes) => {
        seen.add(outcome((body) => feedbackEvent.decode(body), bytes));
      }),
      { numRuns: 500 },
    );
    assert.ok(seen.has('decoded') && seen.size > 5, [...seen].join('\n'));
  });

  it('are rejected or decoded across any two schemas', async () => {
    const pairs = schemaPair.filter(isBindable);
    const cases = pairs.chain((pair) =>
      fc.tuple(fc.constant(pair), fc.array(fc.oneof(bytesOf, varints), { minLength: 10, maxLength: 10 })),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([{ reader, writer }, inputs]) => {
        const decode = await across(recordType(writer as object), recordType(reader as object));
        for (const bytes of inputs) outcome(decode, bytes);
      }),
      { numRuns: 100 },
    );
  });

  it('are rejected as wire format before anything is read', () => {
    const decoder = createWire(memoryRegistry()).decoder(feedbackEvent);
    fc.assert(
      fc.property(bytesOf, (bytes) => {
        const id = decoder.unknownId(bytes);
        assert.equal(id !== undefined, bytes[0] === 0 && bytes.length >= 5);
        assert.notEqual(
          outcome((body) => decoder.decode(body), bytes),
          'decoded',
        );
      }),
    );
  });

  describe('with a forged length', () => {
    const many = 1n << 40n;
    const item = { type: 'record', name: 'I', fields: [{ name: 'b', type: 'boolean' }] };
    const forged: ReadonlyArray<readonly [string, unknown, Buffer]> = [
      ['a string', 'string', long(many)],
      ['bytes', 'bytes', long(many)],
      ['bytes of negative length', 'bytes', long(-5n)],
      ['a string of negative length', 'string', long(-5n)],
      ['an array', { type: 'array', items: 'int' }, long(many)],
      ['an array of records', { type: 'array', items: item }, long(many)],
      ['an array in blocks with a size', { type: 'array', items: 'int' }, Buffer.concat([long(-many), long(many)])],
      ['a map', { type: 'map', values: 'int' }, long(many)],
      ['a map in blocks with a size', { type: 'map', values: 'int' }, Buffer.concat([long(-many), long(0n)])],
      ['a length of twenty bytes', { type: 'array', items: 'int' }, Buffer.alloc(20, 0xff)],
      ['a length that never ends', { type: 'array', items: 'int' }, Buffer.alloc(200, 0xff)],
    ];
    for (const [what, type, bytes] of forged) {
      it(`reject ${what}`, () => {
        assert.match(
          outcome((body) => holding(type).decode(body), bytes),
          /a length of|end before the record|more than ten bytes|follow the record/,
        );
      });

      it(`reject ${what} in a field that the reader skips`, async () => {
        const reader = recordType<unknown>({ type: 'record', name: 'R', fields: [{ name: 'g', type: 'int', default: 0 }] });
        const decode = await across(holding(type), reader);
        assert.notEqual(outcome(decode, bytes), 'decoded');
      });
    }

    it('reject a block that claims to lead back, which would be skipped for ever', async () => {
      const reader = recordType<unknown>({ type: 'record', name: 'R', fields: [{ name: 'g', type: 'int', default: 0 }] });
      const decode = await across(holding({ type: 'array', items: 'int' }), reader);
      assert.match(outcome(decode, Buffer.concat([long(-1n), long(-2n)])), /a length of -2/);
    });
  });

  it('reject a tree that is deeper than the stack', () => {
    const tree = holding(['null', 'R']);
    assert.match(
      outcome((body) => tree.decode(body), Buffer.alloc(1_000_000, 2)),
      /stack|end before/,
    );
  });
});
