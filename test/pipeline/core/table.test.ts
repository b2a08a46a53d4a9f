import assert from 'node:assert/strict';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import { table } from '../../../pipeline/core/table.ts';
import { jsonType } from '../clickhouse/json-type.ts';
import { type Visit, visitSchema, visitType } from '../clickhouse/visit.ts';

const typesOf = (columns: ReadonlyArray<{ readonly name: string; readonly type: string }>): ReadonlyArray<string> =>
  columns.map(({ name, type }) => `${name} ${type}`);

const refused = (declare: () => unknown): string => {
  try {
    declare();
  } catch (error) {
    assert.ok(error instanceof MillraceError);
    assert.equal(error.code, 'bad_topic');
    return error.message;
  }
  return assert.fail('the declaration was accepted');
};

interface Tree {
  readonly id: string;
  readonly of: { readonly id: string } | null;
}

describe('table', () => {
  it('derives a column for each field, flattening records', () => {
    assert.deepEqual(typesOf(table('visits', { type: visitType, orderBy: ['id'] }).columns), [
      'id String',
      'revision Int32',
      "seen DateTime64(6, 'UTC')",
      "left Nullable(DateTime64(3, 'UTC'))",
      'kind LowCardinality(String)',
      'place_country String',
      'place_city Nullable(String)',
      'former_country Nullable(String)',
      'former_city Nullable(String)',
      'score Float64',
      'weights Array(Float32)',
      'counts Map(String, Int64)',
      'steps String',
      'photo String',
      'known Bool',
    ]);
  });

  it('keeps a record as JSON, leaves a field out and changes a type or codec where the declaration says so', () => {
    const { columns } = table('visits', {
      type: visitType,
      orderBy: ['id'],
      columns: {
        id: { type: 'UUID' },
        former: 'json',
        place: 'omit',
        steps: 'omit',
        weights: 'omit',
        photo: { codec: 'ZSTD(3)' },
        left: 'omit',
        kind: { type: 'String' },
      },
    });
    assert.deepEqual(typesOf(columns), [
      'id UUID',
      'revision Int32',
      "seen DateTime64(6, 'UTC')",
      'kind String',
      'former Nullable(String)',
      'score Float64',
      'counts Map(String, Int64)',
      'photo String',
      'known Bool',
    ]);
    assert.equal(columns.find(({ name }) => name === 'photo')?.codec, 'ZSTD(3)');
  });

  it('keeps a record that contains itself as JSON', () => {
    const type = jsonType<Tree>({
      type: 'record',
      name: 'test.Tree',
      fields: [
        { name: 'id', type: 'string' },
        { name: 'of', type: ['null', 'test.Tree'] },
      ],
    });
    assert.deepEqual(typesOf(table('trees', { type, orderBy: ['id'] }).columns), ['id String', 'of Nullable(String)']);
  });

  it('keeps a union of several types as JSON, and an enum in an array as text', () => {
    const type = jsonType<{ readonly a: string | number; readonly b: ReadonlyArray<string>; readonly id: string }>({
      type: 'record',
      name: 'test.Mixed',
      fields: [
        { name: 'a', type: ['string', 'long'] },
        { name: 'b', type: { type: 'array', items: { type: 'enum', name: 'test.E', symbols: ['X'] } } },
        { name: 'id', type: 'string' },
      ],
    });
    assert.deepEqual(typesOf(table('mixed', { type, orderBy: ['id'] }).columns), [
      'a String',
      'b Array(LowCardinality(String))',
      'id String',
    ]);
  });

  it('lists every mistake at once', () => {
    const message = refused(() =>
      table('visits-x', { type: visitType, orderBy: ['seen', 'id', 'left'], version: 'kind', ttl: { of: 'left', days: 3 }, window: 0 }),
    );
    for (const part of [
      'letters, digits',
      'window is 0',
      "orderBy names 'left', which may be null",
      'times come last',
      "version names 'kind'",
      'ttl names',
    ]) {
      assert.ok(message.includes(part), `${part} in: ${message}`);
    }
  });

  it('lets times stand anywhere in the sort key of rows that never change', () => {
    assert.deepEqual(table('visits', { type: visitType, orderBy: ['seen', 'id'] }).orderBy, ['seen', 'id']);
  });

  it('refuses to part revised rows by a time that is not in the sort key', () => {
    const declare = (orderBy: ReadonlyArray<'id' | 'seen'>) => () =>
      table('visits', { type: visitType, orderBy, version: 'revision', partitionBy: { every: 'month', of: 'seen' } });
    assert.match(refused(declare(['id'])), /must be in orderBy/);
    assert.equal(declare(['id', 'seen'])().partitionBy?.of, 'seen');
  });

  it('takes a field that may be null into the sort key if its column is given a type without nulls', () => {
    const { columns } = table('visits', { type: visitType, orderBy: ['place_city'], columns: { place_city: { type: 'String' } } });
    assert.equal(columns.find(({ name }) => name === 'place_city')?.nullable, false);
  });

  it('refuses a sort key without columns, and one that names a field that was left out', () => {
    assert.match(
      refused(() => table('visits', { type: visitType, orderBy: [] })),
      /at least one column/,
    );
    assert.match(
      refused(() => table('visits', { type: visitType, orderBy: ['id'], columns: { id: 'omit' } })),
      /'id', which is no column/,
    );
  });

  it('refuses two fields that give one column', () => {
    const twice = { ...visitSchema, fields: [...visitSchema.fields, { name: 'place_city', type: 'string' }] };
    assert.match(
      refused(() => table('visits', { type: jsonType<Visit>(twice), orderBy: ['id'] })),
      /two fields give the column 'place_city'/,
    );
  });

  it('refuses the type of anything but a record', () => {
    const type = { ...visitType, schema: '"string"' };
    assert.match(
      refused(() => table('visits', { type, orderBy: ['id'] })),
      /needs the type of a record/,
    );
  });
});
