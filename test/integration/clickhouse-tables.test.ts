import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import assert from 'node:assert/strict';
import { ensureTable } from '../../pipeline/clickhouse/ensure-table.ts';
import type { ClickHouse } from '../../pipeline/clickhouse/clickhouse.ts';
import { clickHouseTarget } from '../../pipeline/clickhouse/delivery-target.ts';
import { migration } from '../../pipeline/clickhouse/migration.ts';
import { migrate } from '../../pipeline/clickhouse/migrations.ts';
import { MillraceError } from '../../pipeline/core/errors.ts';
import { table, type Table } from '../../pipeline/core/table.ts';
import { jsonType } from '../pipeline/clickhouse/json-type.ts';
import { OwnServer } from '../pipeline/clickhouse/own-server.ts';
import { visit, type Visit, visitSchema, visitType } from '../pipeline/clickhouse/visit.ts';

const visits = table('visits', { type: visitType, orderBy: ['id'], version: 'revision' });
const log = table('visit_log', { type: visitType, orderBy: ['seen', '_offset'], partitionBy: { every: 'day', of: 'seen' } });

const countView = [
  'CREATE TABLE IF NOT EXISTS per_kind (kind String, n UInt64) ENGINE = SummingMergeTree ORDER BY kind SETTINGS non_replicated_deduplication_window = 1000',
  'CREATE MATERIALIZED VIEW IF NOT EXISTS per_kind_view TO per_kind AS SELECT kind, count() AS n FROM visit_log GROUP BY kind',
].join(';\n');

const refusal = async (work: Promise<unknown>): Promise<MillraceError> => {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof MillraceError);
    return error;
  }
  return assert.fail('it was accepted');
};

const batchOf = (values: ReadonlyArray<Visit>, from = 0): Parameters<ReturnType<typeof clickHouseTarget<Visit>>['deliver']>[0] => ({
  token: `t/n/topic/0/${from}-${from + values.length}/s`,
  topic: 'topic',
  partition: 0,
  from,
  to: from + values.length,
  rows: values.map((value, at) => ({ offset: from + at, value })),
});

describe('tables in ClickHouse', () => {
  let own: OwnServer;

  before(async function () {
    this.timeout(30_000);
    own = await OwnServer.start();
  });

  after(() => own.stop());

  const withTable = async (declared: Table<Visit>): Promise<ClickHouse> => {
    const db = await own.fresh();
    await ensureTable(db, declared);
    return db;
  };

  it('are created once, and a second time nothing is done', async () => {
    const db = await own.fresh();
    assert.deepEqual(await ensureTable(db, visits), { table: 'visits', created: true, added: [] });
    assert.deepEqual(await ensureTable(db, visits), { table: 'visits', created: false, added: [] });
  });

  it('give back every kind of value as it was sent', async () => {
    const db = await withTable(visits);
    const odd = {
      score: NaN,
      weights: [1.5, -Infinity],
      counts: {},
      left: 1_700_000_000_123,
      steps: [{ country: 'no', city: 'Oslo' }],
      former: { country: 'se', city: null },
    };
    await clickHouseTarget(visits, db, systemClock).deliver(batchOf([visit(1), visit(2, odd)]), false, new AbortController().signal);
    const rows = await db.select(
      'SELECT * EXCEPT (score, weights), toString(score) AS score, toString(weights) AS weights FROM visits ORDER BY id SETTINGS output_format_json_quote_64bit_integers = 1',
    );
    assert.deepEqual(rows, [
      {
        id: 'v-1',
        revision: 1,
        seen: '2023-11-14 22:13:20.000001',
        left: null,
        kind: 'APP',
        place_country: 'is',
        place_city: null,
        former_country: null,
        former_city: null,
        score: '0.25',
        weights: '[1]',
        counts: { n: '1' },
        steps: '[]',
        photo: 'AQ==',
        known: true,
        _topic: 'topic',
        _partition: 0,
        _offset: '0',
      },
      {
        id: 'v-2',
        revision: 1,
        seen: '2023-11-14 22:13:20.000002',
        left: '2023-11-14 22:13:20.123',
        kind: 'WEB',
        place_country: 'is',
        place_city: null,
        former_country: 'se',
        former_city: null,
        score: 'nan',
        weights: '[1.5,-inf]',
        counts: {},
        steps: '[{"country":"no","city":"Oslo"}]',
        photo: 'Ag==',
        known: true,
        _topic: 'topic',
        _partition: 0,
        _offset: '1',
      },
    ]);
  });

  it('keep the highest version of a revised row', async () => {
    const db = await withTable(visits);
    const target = clickHouseTarget(visits, db, systemClock);
    const signal = new AbortController().signal;
    await target.deliver(batchOf([visit(1, { revision: 2, score: 2 })]), false, signal);
    await target.deliver(batchOf([visit(1, { revision: 1, score: 1 })], 1), false, signal);
    assert.deepEqual(await db.select('SELECT score FROM visits FINAL'), [{ score: 2 }]);
  });

  it('gain the columns that a later schema has, and old rows have nothing in them', async () => {
    const db = await withTable(visits);
    await clickHouseTarget(visits, db, systemClock).deliver(batchOf([visit(1)]), false, new AbortController().signal);
    const fields = [...visitSchema.fields, { name: 'referrer', type: ['null', 'string'], default: null }];
    const later = table('visits', {
      type: jsonType<Visit & { readonly referrer: string | null }>({ ...visitSchema, fields }),
      orderBy: ['id'],
      version: 'revision',
    });
    assert.match(
      (await refusal(clickHouseTarget(later, db, systemClock).prepare())).message,
      /it has no column 'referrer' \(Nullable\(String\)\)/,
    );
    assert.deepEqual(await ensureTable(db, later), { table: 'visits', created: false, added: ['referrer'] });
    await clickHouseTarget(later, db, systemClock).prepare();
    await clickHouseTarget(visits, db, systemClock).prepare();
    assert.deepEqual(await db.select('SELECT referrer FROM visits'), [{ referrer: null }]);
  });

  it('are refused with everything that is wrong when the server has something else under their name', async () => {
    const db = await own.fresh();
    await db.command('CREATE TABLE visits (id String, revision String) ENGINE = MergeTree ORDER BY id');
    const error = await refusal(clickHouseTarget(visits, db, systemClock).prepare());
    assert.equal(error.code, 'bad_table');
    for (const part of [
      "no column 'seen'",
      "column 'revision' is String and should be Int32",
      'engine is MergeTree',
      "'visits' remembers 0 inserts",
    ]) {
      assert.ok(error.message.includes(part), `${part} in: ${error.message}`);
    }
    assert.match(
      (await refusal(ensureTable(db, visits))).message,
      /engine is MergeTree and should be ReplacingMergeTree.*column 'revision'/,
    );
    assert.match((await refusal(clickHouseTarget(log, db, systemClock).prepare())).message, /has no MergeTree table 'visit_log'/);
  });

  it('are refused when the server parts them otherwise, since an insert would not be one block then', async () => {
    const db = await own.fresh();
    const parted = table('visits', { type: visitType, orderBy: ['id', '_offset'], partitionBy: { every: 'day', of: 'seen' } });
    await ensureTable(db, parted);
    await clickHouseTarget(parted, db, systemClock).prepare();
    const whole = table('visits', { type: visitType, orderBy: ['id', '_offset'] });
    const expected = /it is partitioned by \(toYYYYMMDD\(seen\)\) and should be by \(\): make it anew, or declare partitionBy as it is/;
    assert.match((await refusal(clickHouseTarget(whole, db, systemClock).prepare())).message, expected);
    assert.match((await refusal(ensureTable(db, whole))).message, expected);
  });

  it('have their window lengthened where it is too short', async () => {
    const db = await own.fresh();
    await ensureTable(db, table('visits', { type: visitType, orderBy: ['id'], version: 'revision', window: 5 }));
    await assert.rejects(clickHouseTarget(visits, db, systemClock).prepare(), /remembers 5 inserts and should remember 1000/);
    await ensureTable(db, visits);
    await clickHouseTarget(visits, db, systemClock).prepare();
  });

  it('are refused while a table that a view fills from them forgets sooner', async () => {
    const db = await withTable(log);
    await db.command('CREATE TABLE per_kind (kind String, n UInt64) ENGINE = SummingMergeTree ORDER BY kind');
    await db.command('CREATE MATERIALIZED VIEW v TO per_kind AS SELECT kind, count() AS n FROM visit_log GROUP BY kind');
    await db.command(
      'CREATE MATERIALIZED VIEW w ENGINE = SummingMergeTree ORDER BY k AS SELECT kind AS k, sum(n) AS n FROM per_kind GROUP BY k',
    );
    const error = await refusal(clickHouseTarget(log, db, systemClock).prepare());
    assert.match(error.message, /'per_kind' remembers 0 inserts.*'w' remembers 0 inserts/);
  });

  it('come with their views by migration, and a second time nothing is done', async () => {
    const db = await own.fresh();
    const schema = {
      tables: [visits, log],
      migrations: [migration('0002-later', 'CREATE VIEW IF NOT EXISTS later AS SELECT 1'), migration('0001-per-kind', countView)],
    };
    const first = await migrate(db, schema);
    assert.deepEqual(first.applied, ['0001-per-kind', '0002-later']);
    assert.deepEqual(
      first.tables.map((each) => each.table),
      ['visits', 'visit_log'],
    );
    assert.deepEqual(await migrate(db, schema), { tables: [], applied: [] });
    await clickHouseTarget(log, db, systemClock).prepare();
  });

  it('may be migrated by several processes at the same moment', async () => {
    const url = await own.database();
    const runners = await Promise.all([own.open(url), own.open(url), own.open(url)]);
    const schema = { tables: [visits, log], migrations: [migration('0001-per-kind', countView)] };
    await Promise.all(runners.map((db) => migrate(db, schema)));
    assert.deepEqual(await migrate(await own.open(url), schema), { tables: [], applied: [] });
  });

  it('are not touched when a migration was changed after it had been applied', async () => {
    const db = await own.fresh();
    await migrate(db, { tables: [log], migrations: [migration('0001-per-kind', countView)] });
    const changed = [
      migration('0001-per-kind', `${countView};\nDROP VIEW IF EXISTS per_kind_view`),
      migration('0002-new', 'CREATE VIEW IF NOT EXISTS x AS SELECT 1'),
    ];
    const error = await refusal(migrate(db, { tables: [visits], migrations: changed }));
    assert.equal(error.code, 'bad_migration');
    assert.match(error.message, /'0001-per-kind'/);
    assert.deepEqual(await db.select("SELECT name FROM system.tables WHERE database = currentDatabase() AND name IN ('visits', 'x')"), []);
  });

  it('go on with a migration that ended in the middle', async () => {
    const db = await own.fresh();
    const half = migration('0001-half', 'CREATE VIEW IF NOT EXISTS a AS SELECT 1; CREATE VIEW IF NOT EXISTS b AS SELECT * FROM missing');
    await assert.rejects(
      migrate(db, { tables: [], migrations: [half] }),
      (error) => error instanceof MillraceError && error.code === 'bad_table',
    );
    await db.command('CREATE TABLE missing (n UInt8) ENGINE = MergeTree ORDER BY n');
    assert.deepEqual((await migrate(db, { tables: [], migrations: [half] })).applied, ['0001-half']);
  });
});
