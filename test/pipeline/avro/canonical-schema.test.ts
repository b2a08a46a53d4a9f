import assert from 'node:assert/strict';
import avro, { type Schema as AvscSchema } from 'avsc';
import fc from 'fast-check';
import { canonicalSchema } from '../../../pipeline/avro/canonical-schema.ts';
import { parseSchema } from '../../../pipeline/avro/parse-schema.ts';
import { schemaPair } from './schema-pair-arbitrary.ts';

const canonical = (schema: unknown): string => canonicalSchema(parseSchema(schema));

const fieldsOf = (...types: ReadonlyArray<unknown>): ReadonlyArray<object> => types.map((type, index) => ({ name: `f${index}`, type }));

describe('canonicalSchema', () => {
  it('writes full names and each named type once', () => {
    const inner = { type: 'record', name: 'Inner', aliases: ['Old', 'x.Older'], fields: [] };
    assert.equal(
      canonical({ type: 'record', namespace: 'a.b', name: 'Outer', fields: fieldsOf(inner, 'Inner', 'a.b.Outer') }),
      '{"type":"record","name":"a.b.Outer","fields":[{"name":"f0","type":' +
        '{"type":"record","name":"a.b.Inner","aliases":["a.b.Old","x.Older"],"fields":[]}},' +
        '{"name":"f1","type":"a.b.Inner"},{"name":"f2","type":"a.b.Outer"}]}',
    );
  });

  it('keeps a name without a namespace outside the one around it', () => {
    const bare = { type: 'fixed', name: 'Bare', namespace: '', size: 1 };
    const text = canonical({ type: 'record', name: 'a.Outer', fields: fieldsOf(bare) });
    assert.match(text, /"name":"Bare","namespace":""/);
    assert.equal(canonical(JSON.parse(text)), text);
  });

  it('takes a namespace from a full name for what is inside', () => {
    const text = canonical({
      type: 'record',
      name: 'a.Outer',
      namespace: 'ignored',
      fields: fieldsOf({ type: 'enum', name: 'E', symbols: ['X'] }),
    });
    assert.match(text, /"name":"a\.Outer".*"name":"a\.E"/);
  });

  it('does not depend on the order in which attributes stand', () => {
    const one = { type: 'bytes', logicalType: 'decimal', precision: 4, scale: 2 };
    const other = { scale: 2, precision: 4, logicalType: 'decimal', type: 'bytes' };
    assert.equal(canonical(one), canonical(other));
  });

  it('unwraps what is wrapped without need', () => {
    assert.equal(canonical({ type: { type: { type: 'string' } } }), '"string"');
    assert.equal(canonical({ type: ['null', { type: 'int' }] }), '["null","int"]');
  });

  it('is the same schema to avsc, and its own canonical form', () => {
    fc.assert(
      fc.property(schemaPair, ({ reader }) => {
        const text = canonical(reader);
        assert.equal(canonical(JSON.parse(text)), text);
        const [one, other] = [reader, JSON.parse(text) as unknown].map((schema) => avro.Type.forSchema(schema as AvscSchema));
        assert.ok(one !== undefined && other !== undefined && one.equals(other));
      }),
    );
  });
});
