import assert from 'node:assert/strict';
import { createTableSql } from '../../../pipeline/clickhouse/create-table.ts';
import { table } from '../../../pipeline/core/table.ts';
import { visitType } from './visit.ts';

const choices = { former: 'omit', place: 'json', steps: 'omit', weights: 'omit', counts: 'omit', photo: { codec: 'ZSTD(3)' } } as const;

describe('createTableSql', () => {
  it('writes everything that is declared', () => {
    const declared = table('visits', {
      type: visitType,
      orderBy: ['id', 'seen'],
      version: 'revision',
      partitionBy: { every: 'month', of: 'seen' },
      ttl: { of: 'seen', days: 90 },
      columns: choices,
      window: 200,
    });
    assert.equal(
      createTableSql(declared),
      `CREATE TABLE IF NOT EXISTS \`visits\` (
  \`id\` String,
  \`revision\` Int32,
  \`seen\` DateTime64(6, 'UTC'),
  \`left\` Nullable(DateTime64(3, 'UTC')),
  \`kind\` LowCardinality(String),
  \`place\` String,
  \`score\` Float64,
  \`photo\` String CODEC(ZSTD(3)),
  \`known\` Bool,
  \`_topic\` LowCardinality(String),
  \`_partition\` UInt32,
  \`_offset\` UInt64,
  INDEX _offset_range _offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(\`revision\`)
PARTITION BY toYYYYMM(\`seen\`)
ORDER BY (\`id\`, \`seen\`)
TTL toDateTime(\`seen\`) + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 200`,
    );
  });

  it('makes a plain MergeTree of rows that never change', () => {
    const sql = createTableSql(
      table('visits', { type: visitType, orderBy: ['_partition', '_offset'], partitionBy: { every: 'day', of: 'seen' } }),
    );
    assert.match(sql, /ENGINE = MergeTree\nPARTITION BY toYYYYMMDD\(`seen`\)\nORDER BY \(`_partition`, `_offset`\)\nSETTINGS/);
  });
});
