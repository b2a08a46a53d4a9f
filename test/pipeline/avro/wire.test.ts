import assert from 'node:assert/strict';
import { RegistryStore } from '../../../pipeline/avro/embedded-registry/registry-store.ts';
import { memoryRegistry } from '../../../pipeline/avro/memory-registry.ts';
import { recordType } from '../../../pipeline/avro/record-type.ts';
import type { RegistryClient } from '../../../pipeline/avro/registry-client.ts';
import { createWire } from '../../../pipeline/avro/wire.ts';
import { MillraceError, type ErrorCode } from '../../../pipeline/core/errors.ts';
import type { WireDecoder } from '../../../pipeline/core/ports/wire.ts';
import type { RecordType } from '../../../pipeline/core/record-type.ts';

type Field = Readonly<Record<string, unknown>>;

const pet = (...fields: ReadonlyArray<Field>): Field => ({ type: 'record', name: 'test.Pet', fields });
const kind = (...symbols: ReadonlyArray<string>): Field => ({
  name: 'kind',
  type: { type: 'enum', name: 'test.Kind', symbols, default: 'UNKNOWN' },
});
const name = { name: 'name', type: 'string' };
const age = { name: 'age', type: 'int' };

interface Pet {
  readonly name: string;
  readonly kind: string;
}

const pets = recordType<Pet>(pet(name, kind('CAT', 'UNKNOWN')));
const rex: Pet = { name: 'Rex', kind: 'CAT' };

const codeOf = (run: () => unknown): ErrorCode => {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof MillraceError, String(error));
    return error.code;
  }
  return assert.fail('nothing was thrown');
};

/** Decodes as a runner does: learns the id if it is unknown. */
const read = async <T>(decoder: WireDecoder<T>, bytes: Buffer): Promise<T> => {
  const id = decoder.unknownId(bytes);
  if (id !== undefined) await decoder.learn(id);
  return decoder.decode(bytes);
};

const under = (id: number, body: Buffer = Buffer.alloc(0)): Buffer => {
  const header = Buffer.alloc(5);
  header.writeInt32BE(id, 1);
  return Buffer.concat([header, body]);
};

describe('createWire', () => {
  let store: RegistryStore;
  let registry: RegistryClient;
  let asked: number[];

  beforeEach(() => {
    store = new RegistryStore();
    asked = [];
    const memory = memoryRegistry(store);
    registry = {
      ...memory,
      schemaById: (id) => {
        asked.push(id);
        return memory.schemaById(id);
      },
    };
  });

  describe('encoding', () => {
    it('puts a zero and the four bytes of the id before the body', async () => {
      const encode = await createWire(registry).encoder('pets', pets);
      assert.deepEqual(encode(rex), under(store.version('pets-value', 1).id, pets.encode(rex)));
    });

    it('registers the value under the topic, FULL_TRANSITIVE', async () => {
      await createWire(registry).encoder('pets', pets);
      assert.equal(store.version('pets-value', 'latest').schema, pets.schema);
      assert.equal(store.levels.own('pets-value'), 'FULL_TRANSITIVE');
    });

    it('leaves a level that somebody has set', async () => {
      store.levels.set('pets-value', 'BACKWARD_TRANSITIVE');
      await createWire(registry).encoder('pets', pets);
      assert.equal(store.levels.own('pets-value'), 'BACKWARD_TRANSITIVE');
    });

    it('needs no right to write when the schema is registered', async () => {
      store.register('pets-value', { schema: pets.schema, references: [] });
      store.modes.set(undefined, 'READONLY');
      const encode = await createWire(registry).encoder('pets', pets);
      assert.equal(encode(rex).readInt32BE(1), 1);
      assert.equal(store.levels.own('pets-value'), undefined);
    });

    it('fails with the reasons when the schema does not fit what was released', async () => {
      const wire = createWire(registry);
      await wire.encoder('pets', pets);
      const changed = recordType<object>(pet(name, kind('CAT', 'UNKNOWN'), age));
      await assert.rejects(wire.encoder('pets', changed), (error) => {
        assert.ok(error instanceof MillraceError && error.code === 'incompatible_schema');
        assert.match(error.message, /cannot read version 1: at 'age'.*default/);
        return true;
      });
    });

    it('rejects a value that does not fit, naming the path', async () => {
      const encode = await createWire(registry).encoder('pets', pets);
      assert.throws(() => encode({ ...rex, kind: 'FISH' }), /at 'kind' there is "FISH"/);
      assert.equal(
        codeOf(() => encode({ ...rex, kind: 'FISH' })),
        'not_encodable',
      );
    });
  });

  describe('decoding', () => {
    it('reads what was written under the same schema', async () => {
      const wire = createWire(registry);
      const encode = await wire.encoder('pets', pets);
      assert.deepStrictEqual(await read(wire.decoder(pets), encode(rex)), rex);
    });

    it('reads what another version wrote: promoted, defaulted, skipped, and unknown symbols as the default', async () => {
      const wire = createWire(registry);
      const tags = { name: 'tags', type: { type: 'array', items: { type: 'map', values: 'string' } } };
      const writer = recordType<object>(pet(tags, age, name, kind('FISH', 'UNKNOWN', 'CAT')));
      const reader = recordType<object>(
        pet(name, { name: 'age', type: 'double' }, kind('CAT', 'UNKNOWN'), { name: 'x', type: 'int', default: 7 }),
      );
      const encode = await wire.encoder('pets', writer);
      const bytes = encode({ tags: [{ a: 'b' }, {}], age: 3, name: 'Rex', kind: 'FISH' });
      assert.deepStrictEqual(await read(wire.decoder(reader), bytes), { name: 'Rex', age: 3, kind: 'UNKNOWN', x: 7 });
    });

    it('reads what was written under the same name in another namespace', async () => {
      const wire = createWire(registry);
      const encode = await wire.encoder('pets', recordType<Pet>({ ...pet(name, kind('CAT', 'UNKNOWN')), name: 'other.Pet' }));
      assert.deepStrictEqual(await read(wire.decoder(pets), encode(rex)), rex);
    });

    it('asks for a schema once, whoever needs it', async () => {
      const wire = createWire(registry);
      const bytes = (await wire.encoder('pets', pets))(rex);
      const decoders = [wire.decoder(pets), wire.decoder(pets)];
      await Promise.all(decoders.flatMap((decoder) => [read(decoder, bytes), read(decoder, bytes)]));
      assert.deepEqual(asked, [1]);
      assert.equal(decoders[0]?.unknownId(bytes), undefined);
    });

    it('remembers an id that the registry does not know', async () => {
      const decoder = createWire(registry).decoder(pets);
      await assert.rejects(read(decoder, under(41)), { code: 'unknown_schema_id' });
      await assert.rejects(read(decoder, under(41)), { code: 'unknown_schema_id', message: /test\.Pet.*the id 41/ });
      assert.deepEqual(asked, [41]);
      assert.equal(decoder.unknownId(under(41)), undefined);
    });

    it('asks again after the registry was away', async () => {
      let away = true;
      const unreliable = {
        ...registry,
        schemaById: (id: number) => (away ? Promise.reject(new MillraceError('registry_unavailable', 'away')) : registry.schemaById(id)),
      };
      const wire = createWire(unreliable);
      const bytes = (await wire.encoder('pets', pets))(rex);
      const decoder = wire.decoder(pets);
      await assert.rejects(read(decoder, bytes), { code: 'registry_unavailable' });
      away = false;
      assert.deepStrictEqual(await read(decoder, bytes), rex);
    });

    it("names both sides when the writer's schema does not resolve", async () => {
      const wire = createWire(registry);
      const encode = await wire.encoder('toys', recordType<object>({ type: 'record', name: 'test.Toy', fields: [age] }));
      const decoder = wire.decoder(pets);
      await assert.rejects(read(decoder, encode({ age: 1 })), {
        code: 'not_decodable',
        message: /test\.Pet: .*id 1, \(test\.Toy\) does not resolve to it: the reader's test\.Pet has neither/,
      });
    });

    it('does not read a decimal as one of another scale', async () => {
      const price = (scale: number): Field => ({ name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale } });
      const wire = createWire(registry);
      const encode = await wire.encoder('pets', recordType<object>(pet(price(2))));
      const decoder = wire.decoder(recordType<object>(pet(price(3))));
      await assert.rejects(read(decoder, encode({ price: Buffer.from([1]) })), {
        code: 'not_decodable',
        message: /at 'price'.*decimal\(9, 3\)/,
      });
    });

    it('rejects what is not in the wire format', async () => {
      const wire = createWire(registry);
      const bytes = (await wire.encoder('pets', pets))(rex);
      const decoder = wire.decoder(pets);
      await decoder.learn(1);
      for (const [code, wrong] of [
        ['bad_magic', Buffer.alloc(0)],
        ['bad_magic', Buffer.from('{"name":"Rex"}')],
        ['not_decodable', bytes.subarray(0, 1)],
        ['not_decodable', bytes.subarray(0, 4)],
        ['not_decodable', bytes.subarray(0, bytes.length - 1)],
        ['not_decodable', Buffer.concat([bytes, Buffer.from([0])])],
      ] as const) {
        assert.equal(decoder.unknownId(wrong), undefined);
        assert.equal(
          codeOf(() => decoder.decode(wrong)),
          code,
          wrong.toString('hex'),
        );
      }
    });

    it('rejects an id that was not learnt', () => {
      assert.equal(
        codeOf(() => createWire(registry).decoder(pets).decode(under(1))),
        'unknown_schema_id',
      );
    });

    it('reads a schema that refers to another subject', async () => {
      const ownSchema = JSON.stringify(pet(name, { name: 'kind', type: 'test.Kind' }));
      store.register('kinds', { schema: JSON.stringify(kind('CAT', 'UNKNOWN').type), references: [] });
      const references = [{ name: 'test.Kind', subject: 'kinds', version: 1 }];
      const referring = { ...registry, schemaById: () => Promise.resolve({ type: 'AVRO', schema: ownSchema, references }) };
      const decoder = createWire(referring).decoder(pets);
      assert.deepStrictEqual(await read(decoder, under(9, pets.encode(rex))), rex);
    });

    it('rejects what a schema of another kind, or a broken one, wrote', async () => {
      for (const schema of [
        { type: 'JSON', schema: '{}', references: [] },
        { type: 'AVRO', schema: '{"type":"record"}', references: [] },
      ]) {
        const decoder = createWire({ ...registry, schemaById: () => Promise.resolve(schema) }).decoder(pets);
        await assert.rejects(read(decoder, under(9)), { code: 'not_decodable', message: /id 9, (is no Avro but JSON|cannot be compiled)/ });
      }
    });
  });
});

describe('a record type with a codec of its own', () => {
  /** Records of texts as plain lists, each text of less than 32 ASCII characters. */
  const texts = (...names: ReadonlyArray<string>): RecordType<ReadonlyArray<string>> => ({
    name: 'shop.Texts',
    schema: JSON.stringify({
      type: 'record',
      name: 'shop.Texts',
      fields: names.map((field) => ({ name: field, type: 'string', default: 'none' })),
    }),
    encode: (value) => Buffer.concat(value.map((text) => Buffer.from([2 * text.length, ...Buffer.from(text)]))),
    decode: (bytes) =>
      bytes
        .toString('latin1')
        .split(/[^ -~]/)
        .slice(1),
    timeAt: () => () => undefined,
  });

  it('writes and reads its own bytes, and what another version wrote as rewritten under its schema', async () => {
    const wire = createWire(memoryRegistry());
    const older = await wire.encoder('pairs', texts('left'));
    const newer = texts('left', 'right');
    const encode = await wire.encoder('pairs', newer);
    const decoder = wire.decoder(newer);
    assert.deepEqual(await read(decoder, encode(['a', 'b'])), ['a', 'b']);
    assert.deepEqual(await read(decoder, older(['a'])), ['a', 'none']);
  });
});
