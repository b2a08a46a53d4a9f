import assert from 'node:assert/strict';
import type { ClickHouse } from '../../../pipeline/clickhouse/clickhouse.ts';
import { insertSettings } from '../../../pipeline/clickhouse/insert-settings.ts';
import { readServer } from '../../../pipeline/clickhouse/server-traits.ts';

interface Told {
  readonly value: string | number;
  readonly readonly?: number;
}

const before262: Readonly<Record<string, Told>> = {
  async_insert: { value: 0 },
  insert_deduplicate: { value: 1 },
  deduplicate_blocks_in_dependent_materialized_views: { value: 0 },
  input_format_parallel_parsing: { value: 1 },
  input_format_null_as_default: { value: 1 },
  max_insert_block_size: { value: 1_048_449 },
  insert_deduplication_token: { value: '' },
};

const since262 = {
  ...before262,
  async_insert: { value: 1 },
  deduplicate_blocks_in_dependent_materialized_views: { value: 1 },
  deduplicate_insert: { value: 'enable' },
};

/** A server that answers the two questions. */
const server = (version: string, settings: Readonly<Record<string, Told>>): ClickHouse => ({
  address: 'http://x',
  command: () => Promise.resolve(),
  insert: () => Promise.resolve(),
  close: () => Promise.resolve(),
  select: (sql) => {
    if (sql.includes('version()')) return Promise.resolve([{ version }]);
    return Promise.resolve(Object.entries(settings).map(([name, told]) => ({ name, readonly: 0, ...told })));
  },
});

describe('what a delivery asks a ClickHouse server at its start', () => {
  it('finds nothing wrong with the defaults from 24.8 on, whichever they are', async () => {
    for (const [version, settings] of [
      ['24.8.1.1', before262],
      ['26.1.9.1', before262],
      ['26.2.1.583', since262],
      ['27.1.1.1', since262],
    ] as const) {
      assert.deepEqual((await readServer(server(version, settings))).faults, [], version);
    }
  });

  it('names deduplicate_insert in inserts where the server knows it, and nowhere else', async () => {
    const older = await readServer(server('26.1.9.1', before262));
    const newer = await readServer(server('26.2.1.583', since262));
    assert.doesNotMatch(insertSettings('t', 1, older.newer), /deduplicate_insert = /);
    assert.match(insertSettings('t', 1, newer.newer), /deduplicate_insert = 'enable'/);
    for (const { newer: known } of [older, newer]) {
      assert.match(
        insertSettings('t', 1, known),
        /async_insert = 0, insert_deduplicate = 1, deduplicate_blocks_in_dependent_materialized_views = 1/,
      );
    }
  });

  it('refuses a server that is too old, and says what to do', async () => {
    const { faults } = await readServer(server('24.7.6.8', before262));
    assert.deepEqual(faults, [
      'ClickHouse 24.7.6.8 is too old: upgrade it to 24.8 or later, since before a repeated insert did not reach views',
    ]);
  });

  it('refuses a setting that is wrong for the user and fixed, naming the change of defaults', async () => {
    const { faults } = await readServer(server('26.3.1.1', { ...since262, async_insert: { value: 1, readonly: 1 } }));
    assert.equal(faults.length, 1);
    assert.match(
      faults[0] ?? '',
      /^the setting 'async_insert' is 1 for this user, with the defaults of 26\.2 and later, who may not change it: allow .* or give it the value 0 there$/,
    );
    const older = await readServer(server('25.8.1.1', { ...before262, insert_deduplicate: { value: 0, readonly: 1 } }));
    assert.match(older.faults[0] ?? '', /^the setting 'insert_deduplicate' is 0 for this user, who may not change it/);
  });

  it('accepts a setting that is fixed at what it has to be', async () => {
    const fixed = { ...since262, async_insert: { value: 0, readonly: 1 }, deduplicate_insert: { value: 'enable', readonly: 1 } };
    assert.deepEqual((await readServer(server('26.3.1.1', fixed))).faults, []);
  });

  it('refuses a user who may not give a token', async () => {
    const { faults } = await readServer(server('26.3.1.1', { ...since262, insert_deduplication_token: { value: '', readonly: 1 } }));
    assert.match(faults[0] ?? '', /^the user may not change the setting 'insert_deduplication_token': allow/);
  });

  it('names a setting that the server does not know', async () => {
    const { deduplicate_blocks_in_dependent_materialized_views: _, ...rest } = before262;
    const { faults } = await readServer(server('25.8.1.1', rest));
    assert.deepEqual(faults, ["ClickHouse 25.8.1.1 does not know the setting 'deduplicate_blocks_in_dependent_materialized_views'"]);
  });
});
