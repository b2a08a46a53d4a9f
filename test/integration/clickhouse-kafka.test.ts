import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createWire } from '../../pipeline/avro/wire.ts';
import { memoryRegistry } from '../../pipeline/avro/memory-registry.ts';
import { recordType } from '../../pipeline/avro/record-type.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { ClickHouse } from '../../pipeline/clickhouse/clickhouse.ts';
import { clickHouseTarget } from '../../pipeline/clickhouse/delivery-target.ts';
import { migration } from '../../pipeline/clickhouse/migration.ts';
import { migrate } from '../../pipeline/clickhouse/migrations.ts';
import type { Cluster, TransactionalProducer } from '../../pipeline/core/ports/cluster.ts';
import { noLog } from '../../pipeline/core/ports/log.ts';
import { noMeter } from '../../pipeline/core/ports/meter.ts';
import { table } from '../../pipeline/core/table.ts';
import { Delivery } from '../../pipeline/runtime/delivery/delivery.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { OwnServer } from '../pipeline/clickhouse/own-server.ts';
import { kafkaFor } from '../support/kafka.ts';
import { until } from '../support/until.ts';

interface Sale {
  readonly id: string;
  readonly shop: string;
  readonly cents: number;
  readonly at: number;
}

const sale = recordType<Sale>({
  type: 'record',
  name: 'Sale',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'shop', type: 'string' },
    { name: 'cents', type: 'long' },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-micros' } },
  ],
});

const sales = table('sales', { type: sale, orderBy: ['shop', 'id'] });
const perShop = migration(
  '0001-per-shop',
  `CREATE TABLE IF NOT EXISTS per_shop (shop String, n UInt64, cents UInt64) ENGINE = SummingMergeTree ORDER BY shop
     SETTINGS non_replicated_deduplication_window = 1000;
   CREATE MATERIALIZED VIEW IF NOT EXISTS per_shop_view TO per_shop AS SELECT shop, count() AS n, sum(cents) AS cents FROM sales GROUP BY shop`,
);

const partitions = 4;
const run = randomUUID().slice(0, 8);
const topic = `millrace.sales-${run}.rows.delivery`;
const groupId = `sales-${run}.rows`;
const saleOf = (n: number): Sale => ({ id: `s-${n}`, shop: `shop ${n % 7}`, cents: n, at: 1_700_000_000_000_000 + n });

/** What the table must hold for the sales 0 to n − 1, counted without it. */
const expectedOf = (n: number): unknown => {
  const shops = [0, 1, 2, 3, 4, 5, 6].map((shop) => Array.from({ length: n }, (_, at) => at).filter((at) => at % 7 === shop));
  return shops.map((ids, shop) => ({ shop: `shop ${shop}`, n: ids.length, cents: ids.reduce((sum, cents) => sum + cents, 0) }));
};

describe('a delivery from Kafka into ClickHouse', function () {
  this.timeout(120_000);
  let own: OwnServer;
  let db: ClickHouse;
  let bootstrap: string;
  const wire = createWire(memoryRegistry());
  const clusters: Cluster[] = [];
  const deliveries: Delivery<Sale>[] = [];

  before(async function () {
    bootstrap = await kafkaFor(this);
    own = await OwnServer.start();
    db = await own.fresh();
    await migrate(db, { tables: [sales], migrations: [perShop] });
    const admin = await connect('admin').admin();
    await admin.createTopics([{ topic, partitions, replication: 1 }]);
  });

  after(async () => {
    await Promise.all(deliveries.map((delivery) => delivery.stop()));
    await Promise.all(clusters.map((cluster) => cluster.close()));
    await own.stop();
  });

  const connect = (clientId: string): Cluster => {
    const cluster = kafkaCluster({ brokers: bootstrap, clientId, clock: systemClock });
    clusters.push(cluster);
    return cluster;
  };

  const deliveryBy = (clientId: string): Delivery<Sale> => {
    const options = { topology: `sales-${run}`, node: 'rows', topic, groupId, schema: 'v1' };
    const limits = { batch: { records: 50, waitMs: 100 }, retry: { firstMs: 50, mostMs: 500, attemptMs: 5000 } };
    const ports = { target: clickHouseTarget(sales, db, systemClock), clock: systemClock, random: () => 0.5, meter: noMeter, log: noLog };
    const delivery = new Delivery({ ...options, ...limits }, { cluster: connect(clientId), decoder: wire.decoder(sale), ...ports });
    deliveries.push(delivery);
    return delivery;
  };

  /** Sales in transactions of 100, and after each of them one of another till that is aborted when its records stand in the log. */
  const sell = async (from: number, to: number): Promise<void> => {
    const encode = await wire.encoder(topic, sale);
    const cluster = connect('tills');
    const admin = await cluster.admin();
    const written = async (): Promise<number> => (await admin.watermarks({ topic, partition: 0 }, 'uncommitted')).high;
    const ring = (producer: TransactionalProducer, numbers: ReadonlyArray<number>): void => {
      for (const n of numbers) producer.produce({ topic, partition: n % partitions, key: null, value: encode(saleOf(n)) });
    };
    const honest = await cluster.transactionalProducer(`till-${run}`);
    for (let start = from; start < to; start += 100) {
      const numbers = Array.from({ length: 100 }, (_, n) => start + n);
      await honest.begin();
      ring(honest, numbers);
      await honest.commit();
      const before = await written();
      const broken = await cluster.transactionalProducer(`broken-till-${run}`);
      await broken.begin();
      ring(
        broken,
        numbers.map((n) => n + 1_000_000),
      );
      // More than the marker of the commit, which may come late.
      await until('the records are written', async () => (await written()) > before + 2);
      await broken.abort();
      await broken.close();
    }
    await honest.close();
  };

  const delivered = async (count: number): Promise<void> => {
    await until(
      `${count} sales are delivered`,
      async () => Number((await db.select('SELECT uniqExact(id) AS n FROM sales'))[0]?.n) >= count,
      {
        within: 60_000,
      },
    );
  };

  it('counts what was committed once, in the table and in its view, while members come and go and the server is killed', async () => {
    await sell(0, 1000);
    const first = deliveryBy('first');
    const second = deliveryBy('second');
    const running = [first.run()];
    await delivered(100);
    running.push(second.run());
    await sell(1000, 1500);
    await own.server.kill();
    await sell(1500, 2000);
    await own.server.restart();
    await delivered(1800);
    await first.stop();
    await sell(2000, 2300);
    await delivered(2300);
    await second.stop();
    await Promise.all(running);
    const numbers = (text: string): string => `SELECT shop, toInt32(${text}) AS n, toInt32(sum(cents)) AS cents`;
    assert.deepEqual(await db.select(`${numbers('count()')} FROM sales GROUP BY shop ORDER BY shop`), expectedOf(2300));
    assert.deepEqual(await db.select(`${numbers('sum(n)')} FROM per_shop GROUP BY shop ORDER BY shop`), expectedOf(2300));
  });

  it('has then committed all that there is, transaction markers included', async () => {
    const idle = deliveryBy('third');
    const running = idle.run();
    const admin = await connect('looker-on').admin();
    const all = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }));
    const ends = await Promise.all(all.map(async (each) => (await admin.watermarks(each, 'committed')).high));
    await until('the group has committed the end of each partition', async () => {
      const committed = await admin.committed(groupId, all);
      return committed.length === partitions && committed.every(({ partition, offset }) => offset === ends[partition]);
    });
    await idle.stop();
    await running;
    assert.equal(Number((await db.select('SELECT count() AS n FROM sales'))[0]?.n), 2300);
  });
});
