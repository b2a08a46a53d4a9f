import assert from 'node:assert/strict';
import type { ClickHouse, StatementOptions } from '../../../pipeline/clickhouse/clickhouse.ts';
import { storedRows } from '../../../pipeline/clickhouse/stored-rows.ts';
import { recordType } from '../../../pipeline/avro/record-type.ts';
import { table } from '../../../pipeline/core/table.ts';

const type = recordType<{ readonly id: string }>({ type: 'record', name: 'Sale', fields: [{ name: 'id', type: 'string' }] });
const sales = table('sales', { type, orderBy: ['id'] });

describe('asking a table for the rows of a range', () => {
  it('sends where the range is and none of its rows, which a URL could not hold', async () => {
    const asked: (StatementOptions['params'] | undefined)[] = [];
    const db: ClickHouse = {
      address: 'nowhere',
      command: () => Promise.resolve(),
      insert: () => Promise.resolve(),
      close: () => Promise.resolve(),
      select: (_, { params } = {}) => {
        asked.push(params);
        return Promise.resolve([]);
      },
    };
    const batch = { topic: 't', partition: 3, from: 5, to: 7, token: 'token', rows: [{ offset: 5, value: { id: 'a' } }] };
    const { offsets } = await storedRows(db, sales, { ...batch, signal: new AbortController().signal });
    assert.deepEqual([...offsets], []);
    assert.deepEqual(asked, [{ topic: 't', partition: 3, from: 5, to: 7 }]);
  });
});
