import assert from 'node:assert/strict';
import { batchParts } from '../../../pipeline/clickhouse/batch-parts.ts';
import { table } from '../../../pipeline/core/table.ts';
import { visit, visitType } from './visit.ts';

const at = (text: string): number => Date.parse(text) * 1000;

const batchAt = (...times: ReadonlyArray<string>) => ({
  token: 't/n/topic/0/0-9/s',
  topic: 'topic',
  partition: 0,
  from: 0,
  to: times.length,
  rows: times.map((time, offset) => ({ offset, value: visit(offset, { seen: at(time) }) })),
});

const partsOf = (
  every: 'day' | 'month' | undefined,
  ...times: ReadonlyArray<string>
): ReadonlyArray<readonly [string, ReadonlyArray<number>]> => {
  const parted = every === undefined ? {} : { partitionBy: { every, of: 'seen' } as const };
  const parts = batchParts(table('visits', { type: visitType, orderBy: ['id'], ...parted }), batchAt(...times));
  return parts.map(({ token, rows }) => [token, rows.map(({ offset }) => offset)]);
};

describe('batchParts', () => {
  it('leaves a batch whole, under its own token, if the table is not parted', () => {
    assert.deepEqual(partsOf(undefined, '2024-01-31T23:59:59Z', '2024-02-01T00:00:00Z'), [['t/n/topic/0/0-9/s', [0, 1]]]);
  });

  it('divides it by the UTC day or month, each part under a token of its own', () => {
    const times = ['2024-01-31T23:59:59.999Z', '2024-02-01T00:00:00Z', '2024-01-31T00:00:00Z', '2024-02-02T00:00:00Z'];
    assert.deepEqual(partsOf('day', ...times), [
      ['t/n/topic/0/0-9/s/2024-01-31', [0, 2]],
      ['t/n/topic/0/0-9/s/2024-02-01', [1]],
      ['t/n/topic/0/0-9/s/2024-02-02', [3]],
    ]);
    assert.deepEqual(partsOf('month', ...times), [
      ['t/n/topic/0/0-9/s/2024-01', [0, 2]],
      ['t/n/topic/0/0-9/s/2024-02', [1, 3]],
    ]);
  });

  it('gives no part for a batch without rows', () => {
    assert.deepEqual(partsOf('day'), []);
    assert.deepEqual(partsOf(undefined), []);
  });
});
