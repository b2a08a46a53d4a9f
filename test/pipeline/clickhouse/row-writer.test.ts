import assert from 'node:assert/strict';
import { rowWriter } from '../../../pipeline/clickhouse/row-writer.ts';
import { table } from '../../../pipeline/core/table.ts';
import { visit, type Visit, visitType } from './visit.ts';

const written = (value: Visit, columns = {}): Readonly<Record<string, unknown>> => {
  const declared = table('visits', { type: visitType, orderBy: ['id'], columns });
  const row = rowWriter(declared)(value);
  return Object.fromEntries(declared.columns.map(({ name }, at) => [name, row[at]]));
};

describe('rowWriter', () => {
  it('reads records inside records, and writes null for all of one that is null', () => {
    const row = written(visit(1, { place: { country: 'is', city: 'Höfn' }, former: null }));
    assert.deepEqual([row.place_country, row.place_city, row.former_country, row.former_city], ['is', 'Höfn', null, null]);
  });

  it('leaves times in the ticks of their columns', () => {
    const row = written(visit(1, { seen: 1_700_000_000_123_456, left: 1_700_000_000_123 }));
    assert.deepEqual([row.seen, row.left], [1_700_000_000_123_456, 1_700_000_000_123]);
  });

  it('writes numbers that JSON does not have as ClickHouse reads them, in lists and maps as well', () => {
    const weights = [NaN, Infinity, -Infinity, -0.5];
    assert.deepEqual(written(visit(1, { score: NaN, weights })).weights, ['nan', 'inf', '-inf', -0.5]);
    assert.equal(written(visit(1, { score: -Infinity })).score, '-inf');
    assert.deepEqual(written(visit(1, { counts: { a: 1, b: 2 } })).counts, { a: 1, b: 2 });
  });

  it('writes bytes as base64, also inside what is kept as JSON', () => {
    const photo = Buffer.from([0xff, 0]);
    assert.equal(written(visit(1, { photo })).photo, '/wA=');
    const held = visit(1, { steps: [{ country: 'is', city: null, stamp: photo }] as never });
    assert.equal(written(held).steps, '[{"country":"is","city":null,"stamp":"/wA="}]');
  });

  it('keeps a record as JSON where the declaration says so, and a null one as null', () => {
    const columns = { former: 'json' };
    assert.equal(written(visit(1, { former: { country: 'se', city: null } }), columns).former, '{"country":"se","city":null}');
    assert.equal(written(visit(1, { former: null }), columns).former, null);
  });
});
