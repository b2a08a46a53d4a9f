import assert from 'node:assert/strict';
import type { ClickHouse } from '../../pipeline/clickhouse/clickhouse.ts';
import { clickHouseTarget } from '../../pipeline/clickhouse/delivery-target.ts';
import { ensureTable } from '../../pipeline/clickhouse/ensure-table.ts';
import { type MemoryCluster, memoryCluster } from '../../pipeline/cluster/memory/memory-cluster.ts';
import { MillraceError } from '../../pipeline/core/errors.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import type { DeliveryBatch, DeliveryTarget } from '../../pipeline/core/ports/delivery.ts';
import { noLog } from '../../pipeline/core/ports/log.ts';
import { type Table, table } from '../../pipeline/core/table.ts';
import { noMeter } from '../../pipeline/core/ports/meter.ts';
import { Delivery } from '../../pipeline/runtime/delivery/delivery.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { createVisitLog, receivedVisits, spreadVisit, visitLog } from '../pipeline/clickhouse/delivery-subject.ts';
import { type FaultyProxy, faultyProxy } from '../pipeline/clickhouse/faulty-proxy.ts';
import { OwnServer } from '../pipeline/clickhouse/own-server.ts';
import { watchedPolls } from '../pipeline/http-delivery/feed.ts';
import { jsonType } from '../pipeline/clickhouse/json-type.ts';
import { type Visit, visitSchema, visitType } from '../pipeline/clickhouse/visit.ts';

const topic = 'millrace.test.visits.delivery';
const groupId = 'test.visits';
const partitions = 2;

/** A memory cluster in real time with a topic of visits, and deliveries of it. */
class Feed {
  readonly cluster: MemoryCluster;
  readonly db: ClickHouse;
  /** Called with the name of the client that has just committed offsets. */
  committed: (client: string) => void = () => undefined;

  constructor(db: ClickHouse) {
    this.db = db;
    const after = ({ operation, client }: { readonly operation: string; readonly client: string }): void => {
      if (operation === 'commitOffsets') this.committed(client);
    };
    this.cluster = memoryCluster({ clock: systemClock, autoCreatePartitions: partitions, sessionTimeoutMs: 300, faults: { after } });
  }

  async write(count: number, change: (visit: Visit) => unknown = (visit) => visit): Promise<void> {
    const producer = await this.cluster.producer();
    for (let n = 0; n < count; n += 1) {
      const value = Buffer.from(JSON.stringify(change(spreadVisit(n))));
      await producer.send({ topic, partition: n % partitions, key: null, value });
    }
    await producer.close();
  }

  /** A delivery by a process of its own into a database, with what a test wants to happen around each handover. */
  delivery(on: ClickHouse, { cluster = this.cluster.connect('process'), version = {}, ...around }: Process = {}): Delivery<Visit> {
    const decoder = { unknownId: () => undefined, learn: () => Promise.resolve(), decode: (bytes: Buffer) => visitType.decode(bytes) };
    const target = wrapped(clickHouseTarget(version.table ?? visitLog, on, systemClock), around);
    const options = { topology: 'test', node: 'visits', topic, groupId, schema: version.schema ?? 'v1' };
    const limits = { batch: { records: version.records ?? 5, waitMs: 20 }, retry: { firstMs: 20, mostMs: 200, attemptMs: 5000 } };
    return new Delivery(
      { ...options, ...limits },
      { cluster, decoder, target, clock: systemClock, random: () => 0.5, meter: noMeter, log: noLog },
    );
  }

  /** Waits until so many records are committed as delivered, then checks that the table and its view have each of them once. */
  async holds(count: number): Promise<void> {
    const admin = await this.cluster.connect('looker-on').admin();
    const all = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }));
    await until(async () => (await admin.committed(groupId, all)).reduce((sum, { offset }) => sum + offset, 0) >= count);
    const rows = await receivedVisits(this.db);
    assert.equal(rows.length, count);
    assert.equal(new Set(rows.map(({ partition, offset }) => `${partition}/${offset}`)).size, count);
  }
}

/** What a version of the code declares. */
interface Version {
  readonly table?: Table<Visit>;
  readonly schema?: string;
  readonly records?: number;
}

interface Process extends Around {
  readonly cluster?: Cluster;
  readonly version?: Version;
}

interface Around {
  readonly before?: (batch: DeliveryBatch<Visit>, pending: boolean) => Promise<void> | void;
  readonly after?: (batch: DeliveryBatch<Visit>) => Promise<void> | void;
}

const wrapped = (target: DeliveryTarget<Visit>, { before, after }: Around): DeliveryTarget<Visit> => ({
  ...target,
  deliver: async (batch, pending, signal) => {
    await before?.(batch, pending);
    const refused = await target.deliver(batch, pending, signal);
    await after?.(batch);
    return refused;
  },
});

const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = systemClock.monotonic() + 60_000;
  while (!(await holds())) {
    assert.ok(systemClock.monotonic() < deadline, 'it did not come to be within 60 s');
    await systemClock.sleep(20);
  }
};

const never = new Promise<void>(() => undefined);

describe('a delivery into ClickHouse', function () {
  this.timeout(90_000);
  let own: OwnServer;
  let proxy: FaultyProxy;
  let url: string;
  let feed: Feed;

  before(async () => {
    own = await OwnServer.start();
    proxy = await faultyProxy(own.server.url);
  });

  after(async () => {
    await proxy.close();
    await own.stop();
  });

  beforeEach(async () => {
    url = await own.database();
    feed = new Feed(await own.open(url));
    await createVisitLog(feed.db);
  });

  const throughProxy = (): Promise<ClickHouse> => own.open(url.replace(own.server.url, proxy.url));

  it('counts each row once, though answers are lost, connections are cut and the server refuses', async () => {
    await feed.write(60);
    proxy.strike(/INSERT INTO `visit_log`/, ['cut after', 'refused', 'cut before', 'cut after', 'cut after', 'refused']);
    const delivery = feed.delivery(await throughProxy());
    const done = delivery.run();
    await feed.holds(60);
    await delivery.stop();
    await done;
  });

  it('is only late when the server is away, and waits for it at the start', async () => {
    await feed.write(20);
    const gap = proxy.hold(/./);
    const delivery = feed.delivery(await throughProxy());
    const done = delivery.run();
    await until(() => gap.held() > 0);
    assert.deepEqual(await receivedVisits(feed.db), []);
    gap.release();
    await feed.holds(20);
    await delivery.stop();
    await done;
  });

  it('goes on after an outage with a hundred thousand rows waiting, having read no more than a few batches meanwhile', async () => {
    const oneDay = (each: Visit): Visit => ({ ...each, seen: 1_700_000_000_000_000 });
    const [few, many, records] = [10, 100_000, 5_000];
    let polled = 0;
    const cluster = watchedPolls(feed.cluster.connect('process'), (read) => (polled += read));
    const delivery = feed.delivery(feed.db, { cluster, version: { records } });
    const done = delivery.run();
    await feed.write(few, oneDay);
    await feed.holds(few);
    await own.server.kill();
    await feed.write(many, oneDay);
    await until(() => (delivery.trouble?.attempts ?? 0) >= 10);
    assert.equal(delivery.trouble?.code, 'table_unavailable');
    assert.ok(polled <= few + 4 * records * partitions, `${polled} records were read`);
    await own.server.restart();
    await feed.holds(few + many);
    await delivery.stop();
    await done;
  });

  it('counts each row once when the server is killed in the middle of inserts and started again', async () => {
    await feed.write(100);
    let handovers = 0;
    let killed: Promise<void> | undefined;
    const before = (): void => {
      handovers += 1;
      if (handovers === 7) killed = own.server.kill();
    };
    const delivery = feed.delivery(feed.db, { before });
    const done = delivery.run();
    await until(() => killed !== undefined);
    await killed;
    await own.server.restart();
    await feed.holds(100);
    await delivery.stop();
    await done;
  });

  const crashes: ReadonlyArray<readonly [when: string, around: (crash: () => Promise<void>) => Around, commits: number | undefined]> = [
    ['before it announces a batch', () => ({}), 4],
    [
      'before it delivers',
      (crash) => ({ before: ({ partition, from }) => (partition === 0 && from === 5 ? crash() : undefined) }),
      undefined,
    ],
    [
      'after it has delivered',
      (crash) => ({ after: ({ partition, from }) => (partition === 0 && from === 5 ? crash() : undefined) }),
      undefined,
    ],
    ['after it has committed', () => ({}), 6],
  ];

  for (const [when, around, commits] of crashes) {
    it(`counts each row once when the delivering process dies ${when}`, async () => {
      let seen = 0;
      let died = false;
      const doomed = feed.cluster.connect('doomed');
      const crash = (): Promise<void> => {
        doomed.crash();
        died = true;
        return never;
      };
      feed.committed = (client) => {
        if (client === 'doomed' && (seen += 1) === commits) void crash();
      };
      await feed.write(40);
      feed
        .delivery(feed.db, { ...around(crash), cluster: doomed })
        .run()
        .catch(() => undefined);
      await until(() => died);
      const next = feed.delivery(feed.db);
      const done = next.run();
      await feed.holds(40);
      await next.stop();
      await done;
    });
  }

  const later = table('visit_log', {
    type: jsonType<Visit & { readonly referrer: string | null }>({
      ...visitSchema,
      fields: [...visitSchema.fields, { name: 'referrer', type: ['null', 'string'], default: null }],
    }),
    orderBy: ['id', '_offset'],
    partitionBy: { every: 'day', of: 'seen' },
    window: 50,
  });

  for (const [when, around] of crashes.slice(1, 3)) {
    it(`counts each row once when a process dies ${when} and a newer version of the code takes over`, async () => {
      let died = false;
      const doomed = feed.cluster.connect('doomed');
      const crash = (): Promise<void> => {
        doomed.crash();
        died = true;
        return never;
      };
      await feed.write(40);
      const old = feed.delivery(feed.db, { ...around(crash), cluster: doomed });
      old.run().catch(() => undefined);
      await until(() => died);
      await ensureTable(feed.db, later);
      const batches: string[] = [];
      const before = ({ token }: DeliveryBatch<Visit>, pending: boolean): void => void batches.push(`${pending ? 'again ' : ''}${token}`);
      const next = feed.delivery(feed.db, { before, version: { table: later, schema: 'v2', records: 7 } });
      const done = next.run();
      await feed.holds(40);
      await next.stop();
      await done;
      assert.ok(batches.includes(`again test/visits/${topic}/0/5-10/v1`), batches.join());
      assert.ok(batches.includes(`test/visits/${topic}/0/10-17/v2`), batches.join());
    });
  }

  it('counts each row once though the user has deduplication turned off, and asynchronous inserts on', async () => {
    const profile = 'ch_deduplicate_insert=disable&ch_insert_deduplicate=0&ch_async_insert=1&ch_wait_for_async_insert=0';
    const db = await own.open(`${url}?${profile}&ch_deduplicate_blocks_in_dependent_materialized_views=0`);
    const [found] = await db.select("SELECT getSetting('deduplicate_insert') AS value");
    assert.equal(found?.value, 'disable');
    const rows = [0, 1, 2].map((offset) => ({ offset, value: spreadVisit(offset) }));
    const batch = { token: 'test/visits/t/0/0-3/v1', topic: 't', partition: 0, from: 0, to: 3, rows };
    for (let n = 0; n < 3; n += 1) await clickHouseTarget(visitLog, db, systemClock).deliver(batch, false, new AbortController().signal);
    assert.equal((await receivedVisits(feed.db)).length, 3);
  });

  for (const merged of [false, true]) {
    const when = merged ? ', though the rows have been merged with others since' : '';
    it(`completes a view that was left without its share when both the server and the delivering process died${when}`, async () => {
      const rows = [0, 1, 2, 3, 4].map((offset) => ({ offset, value: spreadVisit(offset) }));
      const batch = { token: 'test/visits/t/0/0-5/v1', topic: 't', partition: 0, from: 0, to: 5, rows };
      const target = clickHouseTarget(visitLog, feed.db, systemClock);
      const signal = new AbortController().signal;
      const view = await feed.db.select(
        "SELECT as_select AS text FROM system.tables WHERE database = currentDatabase() AND name = 'per_place_view'",
      );
      await feed.db.command('DROP TABLE per_place_view');
      await target.deliver(batch, false, signal);
      await feed.db.command(`CREATE MATERIALIZED VIEW per_place_view TO per_place AS ${String(view[0]?.text)}`);
      await target.deliver({ ...batch, token: 'test/visits/t/1/0-5/v1', partition: 1 }, false, signal);
      if (merged) await feed.db.command('OPTIMIZE TABLE visit_log FINAL');
      await assert.rejects(receivedVisits(feed.db), /the view has counted 5 places and the table has 10/);
      const heir = clickHouseTarget(visitLog, feed.db, systemClock);
      await heir.prepare();
      await heir.deliver(batch, true, signal);
      await heir.deliver(batch, true, signal);
      assert.equal((await receivedVisits(feed.db)).length, 10);
    });
  }

  it('stops with the offsets of rows that the table does not take, and leaves them out whole', async () => {
    await feed.write(20, (each) => ({ ...each, revision: each.id === 'v-14' ? 'many' : 1 }));
    const failure = feed.delivery(feed.db).run();
    await assert.rejects(failure, (error) => {
      assert.ok(error instanceof MillraceError);
      assert.equal(error.code, 'delivery_refused');
      assert.match(error.message, /Delivery of millrace\.test\.visits\.delivery \[0\], offsets 5 to 9: .*CANNOT_PARSE/);
      return true;
    });
    const stored = await receivedVisits(feed.db);
    assert.equal(
      stored.some(({ partition, offset }) => partition === 0 && offset >= 6),
      false,
    );
  });
});
