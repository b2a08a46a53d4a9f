import { systemClock } from '../../../pipeline/runtime/system-clock.ts';
import type { ClickHouse } from '../../../pipeline/clickhouse/clickhouse.ts';
import { clickHouseTarget } from '../../../pipeline/clickhouse/delivery-target.ts';
import { migration } from '../../../pipeline/clickhouse/migration.ts';
import { migrate } from '../../../pipeline/clickhouse/migrations.ts';
import { table } from '../../../pipeline/core/table.ts';
import type { DeliverySubject, RowOrigin } from '../../../pipeline/testing/contracts/delivery-contract.ts';
import { visit, type Visit, visitType } from './visit.ts';

/** How many inserts the tables of a subject remember. */
const window = 50;

/** An append-only table, parted by day, on which a summing view stands. */
export const visitLog = table('visit_log', {
  type: visitType,
  orderBy: ['id', '_offset'],
  partitionBy: { every: 'day', of: 'seen' },
  window,
});

const view = migration(
  '0001-per-kind',
  `CREATE TABLE IF NOT EXISTS per_place (_topic String, _partition UInt32, _offset UInt64, n UInt64)
     ENGINE = SummingMergeTree ORDER BY (_topic, _partition, _offset) SETTINGS non_replicated_deduplication_window = ${window};
   CREATE MATERIALIZED VIEW IF NOT EXISTS per_place_view TO per_place AS
     SELECT _topic, _partition, _offset, count() AS n FROM visit_log GROUP BY _topic, _partition, _offset`,
);

/** Makes the table and its view. */
export const createVisitLog = async (db: ClickHouse): Promise<void> => {
  await migrate(db, { tables: [visitLog], migrations: [view] });
};

/** Two days apart for every three visits, so that a batch goes into several partitions of the table. */
export const spreadVisit = (n: number): Visit => visit(n, { seen: 1_700_000_000_000_000 + Math.floor(n / 3) * 86_400_000_000 });

const originsOf = (rows: ReadonlyArray<Readonly<Record<string, unknown>>>): ReadonlyArray<RowOrigin> =>
  rows.map(({ _topic, _partition, _offset }) => ({ topic: String(_topic), partition: Number(_partition), offset: Number(_offset) }));

/** The rows that the table holds, after checking that the view has counted each as often. */
export const receivedVisits = async (db: ClickHouse): Promise<ReadonlyArray<RowOrigin>> => {
  const rows = await db.select('SELECT _topic, _partition, _offset, count() AS n FROM visit_log GROUP BY ALL ORDER BY ALL');
  const counted = await db.select('SELECT _topic, _partition, _offset, sum(n) AS n FROM per_place GROUP BY ALL ORDER BY ALL');
  if (JSON.stringify(rows) !== JSON.stringify(counted)) {
    throw new Error(`the view has counted ${counted.length} places and the table has ${rows.length}, or one of them more often`);
  }
  return originsOf(await db.select('SELECT _topic, _partition, _offset FROM visit_log'));
};

/** The table as a subject of the delivery contract. */
export const visitSubject = async (db: ClickHouse, open: () => Promise<ClickHouse>): Promise<DeliverySubject<Visit>> => {
  await createVisitLog(db);
  return {
    target: async () => clickHouseTarget(visitLog, await open(), systemClock),
    value: spreadVisit,
    again: (n) => ({ ...spreadVisit(n), score: -1 }),
    received: () => receivedVisits(db),
    forget: async () => {
      const target = clickHouseTarget(visitLog, db, systemClock);
      for (let n = 0; n < window + 10; n += 1) {
        const rows = [{ offset: n, value: spreadVisit(n) }];
        const batch = { token: `other/${n}`, topic: 'other', partition: 9, from: n, to: n + 1, rows };
        await target.deliver(batch, false, new AbortController().signal);
      }
    },
  };
};
