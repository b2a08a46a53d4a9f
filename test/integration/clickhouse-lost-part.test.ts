import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import type { ClickHouse } from '../../pipeline/clickhouse/clickhouse.ts';
import { clickHouseTarget } from '../../pipeline/clickhouse/delivery-target.ts';
import { MillraceError } from '../../pipeline/core/errors.ts';
import { table } from '../../pipeline/core/table.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { ensureTable } from '../../pipeline/clickhouse/ensure-table.ts';
import { createVisitLog, receivedVisits, spreadVisit, visitLog } from '../pipeline/clickhouse/delivery-subject.ts';
import { OwnServer } from '../pipeline/clickhouse/own-server.ts';
import { visitType } from '../pipeline/clickhouse/visit.ts';

const signal = new AbortController().signal;
const rows = [0, 1, 2, 3].map((offset) => ({ offset, value: spreadVisit(offset) }));
const batch = { token: 'test/visits/t/0/0-4/v1', topic: 't', partition: 0, from: 0, to: 4, rows };

/** The newest revision of each visit. */
const latest = table('latest_visits', { type: visitType, orderBy: ['id'], version: '_offset', window: 50 });

describe('a ClickHouse that was killed between noting the token of an insert and putting its rows in place', function () {
  this.timeout(120_000);
  let own: OwnServer;
  let db: ClickHouse;

  before(async () => {
    own = await OwnServer.start();
  });

  beforeEach(async () => {
    db = await own.fresh();
    await createVisitLog(db);
  });

  after(() => own.stop());

  /** Leaves the server as such a kill does: it remembers the tokens of a table's inserts and does not have their rows. */
  const lose = async (name: string): Promise<void> => {
    const sql = 'SELECT path FROM system.parts WHERE database = currentDatabase() AND table = {name:String} AND active';
    const paths = (await db.select(sql, { params: { name } })).map(({ path }) => String(path));
    assert.ok(paths.length > 0);
    await own.server.kill();
    for (const path of paths) await rm(path, { recursive: true });
    await own.server.restart();
  };

  it('passes over the insert when it is repeated', async () => {
    const target = clickHouseTarget(visitLog, db, systemClock);
    await target.deliver(batch, false, signal);
    await lose('visit_log');
    await target.deliver(batch, false, signal);
    assert.deepEqual(await db.select('SELECT 1 FROM visit_log'), []);
  });

  it('has every row once after it was handed over again by an heir, and a view has counted it once', async () => {
    await clickHouseTarget(visitLog, db, systemClock).deliver(batch, false, signal);
    await lose('visit_log');
    const heir = clickHouseTarget(visitLog, db, systemClock);
    await heir.prepare();
    await heir.deliver(batch, true, signal);
    assert.equal((await receivedVisits(db)).length, rows.length);
    await heir.deliver(batch, true, signal);
    assert.equal((await receivedVisits(db)).length, rows.length);
  });

  it('has every row once after it was handed over again by a process that got no answer', async () => {
    let isCut = true;
    const cut: ClickHouse = {
      ...db,
      address: db.address,
      command: (sql, options) => db.command(sql, options),
      select: (sql, options) => db.select(sql, options),
      close: () => db.close(),
      insert: async (insert, options) => {
        await db.insert(insert, options);
        if (isCut) throw new MillraceError('table_unavailable', 'socket hang up');
      },
    };
    const target = clickHouseTarget(latest, cut, systemClock);
    await ensureTable(db, latest);
    await target.prepare();
    await assert.rejects(target.deliver(batch, false, signal), { code: 'table_unavailable' });
    await lose('latest_visits');
    isCut = false;
    await target.deliver(batch, false, signal);
    const found = await db.select('SELECT toInt64(_offset) AS place FROM latest_visits ORDER BY place');
    assert.deepEqual(
      found.map(({ place }) => Number(place)),
      [0, 1, 2, 3],
    );
  });
});
