import assert from 'node:assert/strict';
import { deliveryTargets } from '../../../bin/services/delivery-targets.ts';
import { tablesOf } from '../../../bin/services/prepare-topology.ts';
import type { ClickHouse } from '../../../pipeline/clickhouse/clickhouse.ts';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import { systemClock } from '../../../pipeline/runtime/system-clock.ts';
import { feedback } from '../../../topologies/feedback/topology.ts';

/** A database that is away, and notes what it is asked. */
const away = (): { readonly asked: string[]; readonly clickhouse: ClickHouse } => {
  const asked: string[] = [];
  const refuse = (sql: string): Promise<never> => {
    asked.push(sql);
    return Promise.reject(new MillraceError('table_unavailable', 'connect ECONNREFUSED'));
  };
  return {
    asked,
    clickhouse: {
      address: 'away',
      command: refuse,
      select: refuse,
      insert: ({ into }) => refuse(into),
      close: () => Promise.resolve(),
    },
  };
};

const [table] = tablesOf(feedback);

describe('where deliveries hand rows over', () => {
  const open = (clickhouse: ClickHouse, migrates: boolean) => {
    assert(table !== undefined);
    return deliveryTargets({ clickhouse, receivers: {}, clock: systemClock }, migrates)(table);
  };

  it('a table is made by its delivery, which tries again while the database is away', async () => {
    const { asked, clickhouse } = away();
    const target = open(clickhouse, true);
    for (const _ of [1, 2]) await assert.rejects(target.prepare(), { code: 'table_unavailable', retryable: true });
    assert.equal(asked.length, 2);
    for (const sql of asked) assert.match(sql, /^CREATE TABLE/);
  });

  it('a table is left as it is unless that was asked for', async () => {
    const { asked, clickhouse } = away();
    await assert.rejects(open(clickhouse, false).prepare(), { code: 'table_unavailable' });
    assert.ok(asked.every((sql) => !/^(CREATE|ALTER)/.test(sql)));
  });
});
