import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { createWire } from '../../../../pipeline/avro/wire.ts';
import { memoryRegistry } from '../../../../pipeline/avro/memory-registry.ts';
import { memoryCluster, type MemoryCluster } from '../../../../pipeline/cluster/memory/memory-cluster.ts';
import { MillraceError } from '../../../../pipeline/core/errors.ts';
import { noLog } from '../../../../pipeline/core/ports/log.ts';
import { topic } from '../../../../pipeline/core/topic.ts';
import { table } from '../../../../pipeline/core/table.ts';
import { topology } from '../../../../pipeline/core/topology.ts';
import { type Launched, launch } from '../../../../pipeline/runtime/launch/launch.ts';
import { type SignalSource, untilSignalled } from '../../../../pipeline/runtime/launch/until-signalled.ts';
import { prometheusMeter } from '../../../../pipeline/runtime/prometheus-meter.ts';
import { defaultSettings } from '../../../../pipeline/runtime/settings.ts';
import { systemClock } from '../../../../pipeline/runtime/system-clock.ts';
import { memoryStore } from '../../../../pipeline/state/memory-store.ts';
import { MemoryReceiver, type MemoryTargetFaults } from '../../../../pipeline/testing/memory-target.ts';
import { dedupe } from '../../../../operators/dedupe.ts';
import { type Click, clicked, clickOf, clickType, deadLetter, newYear, paidClicks } from '../../../support/clicks.ts';
import { until } from '../../../support/until.ts';

const byPage = topic('clicks.by-page', { type: clickType, key: ['page.id'] });
const rows = table('clicks', { type: clickType, orderBy: ['user'] });

const clicks = topology('clicks', { deadLetter }, (t) => {
  const first = t.source('in', clicked).pipe(dedupe('once', { key: ['user'], within: 1_000 }));
  first.to('paid', paidClicks);
  first.to('rows', rows);
  first.repartition('by-page', { key: ['page.id'] }).to('pages', byPage);
});

class Signals extends EventEmitter implements SignalSource {
  readonly exits: number[] = [];
  exit(code: number): void {
    this.exits.push(code);
  }
}

interface Bench {
  readonly cluster: MemoryCluster;
  readonly receiver: MemoryReceiver<Click>;
  readonly start: (faults?: MemoryTargetFaults) => Promise<Launched>;
  readonly close: () => Promise<void>;
  readonly send: (...users: string[]) => Promise<void>;
  readonly page: (launched: Launched, path: string) => Promise<{ readonly status: number; readonly text: string }>;
}

const bench = async (): Promise<Bench> => {
  const cluster = memoryCluster({ clock: systemClock, autoCreatePartitions: 2 });
  const wire = createWire(memoryRegistry());
  const admin = await cluster.admin();
  await admin.createTopics([clicked.name, paidClicks.name, byPage.name, deadLetter.name].map((name) => ({ topic: name, partitions: 2 })));
  const receiver = new MemoryReceiver<Click>();
  const all: Launched[] = [];
  const producer = await cluster.producer();
  const encode = await wire.encoder(clicked.name, clickType);
  let sent = 0;
  return {
    cluster,
    receiver,
    close: async () => {
      for (const launched of all) await launched.stop();
      await cluster.close();
    },
    start: async (faults = {}) => {
      const launched = await launch(
        clicks,
        {
          cluster: cluster.connect('process'),
          wire,
          clock: systemClock,
          log: noLog,
          meter: prometheusMeter(),
          makeStore: (spec, { node }) => memoryStore(spec, { node }),
          targetOf: () => receiver.target(faults),
          random: () => 0,
        },
        {
          runner: { ...defaultSettings, slot: '0', commitEvery: 5, endFreshness: 0 },
          health: { host: '127.0.0.1', port: 0 },
          delivery: { batch: { waitMs: 5 }, retry: { firstMs: 1, mostMs: 5 } },
        },
      );
      all.push(launched);
      return launched;
    },
    send: async (...users) => {
      for (const user of users) {
        const value = encode(clickOf(user, newYear + sent));
        sent += 1;
        await producer.send({ topic: clicked.name, key: Buffer.from(user), value });
      }
    },
    page: async (launched, path) => {
      const response = await fetch(launched.url + path);
      return { status: response.status, text: await response.text() };
    },
  };
};

const committed = async (cluster: MemoryCluster): Promise<number> => {
  const admin = await cluster.admin();
  const offsets = await admin.committed(
    'clicks',
    [0, 1].map((partition) => ({ topic: clicked.name, partition })),
  );
  return offsets.reduce((sum, { offset }) => sum + offset, 0);
};

describe('a launched process', () => {
  let made: Bench;

  beforeEach(async () => {
    made = await bench();
  });

  afterEach(() => made.close());

  it('takes records to topics and tables, and answers its pages meanwhile', async () => {
    const launched = await made.start();
    await made.send('a', 'b', 'a');
    await until('two rows are delivered', () => made.receiver.rows.length === 2);
    await until('it is ready', async () => (await made.page(launched, '/readyz')).status === 200);
    assert.equal((await made.page(launched, '/healthz')).text, '{"ok":true}\n');
    assert.match((await made.page(launched, '/metrics')).text, /millrace_delivery_rows_total\{topology="clicks",node="rows"\} 2/);
    assert.match((await made.page(launched, '/graph')).text, /<svg[\s\S]*paid[\s\S]*<\/svg>/);
    assert.match((await made.page(launched, '/graph.mmd')).text, /^flowchart LR/);
    assert.match((await made.page(launched, '/graph.json')).text, /"name":"clicks"/);
    assert.match(
      (await made.page(launched, '/state/once/a')).text,
      /^\{"topology":"clicks","node":"once","key":"a","slot":"0","task":"in\/\d"/,
    );
    assert.equal((await made.page(launched, '/state/once/c?x=1')).status, 404);
    assert.equal((await made.page(launched, '/nothing')).status, 404);
    await launched.stop();
    await assert.rejects(made.page(launched, '/healthz'));
  });

  it('measures the age of a commit by when its records came to Kafka, not by when they happened', async () => {
    const launched = await made.start();
    await made.send('a', 'b');
    const admin = await made.cluster.admin();
    const written = async (): Promise<number> => (await admin.watermarks({ topic: byPage.name, partition: 0 }, 'committed')).high;
    const other = async (): Promise<number> => (await admin.watermarks({ topic: byPage.name, partition: 1 }, 'committed')).high;
    await until('both have come through the repartition', async () => (await written()) + (await other()) > 1);
    const { text } = await made.page(launched, '/metrics');
    const ages = /millrace_commit_age_seconds_sum\{topology="clicks"\} (\S+)/.exec(text)?.[1];
    assert.ok(Number(ages) < 3_600, `${ages} s`);
    await launched.stop();
  });

  it('tells its tasks, how far they are, and what they keep', async () => {
    const launched = await made.start();
    await made.send('a', 'b', 'c');
    await until('all are committed', async () => (await committed(made.cluster)) === 3);
    const status = JSON.parse((await made.page(launched, '/status')).text) as ReturnType<Launched['status']>;
    assert.deepEqual(status.tasks.map(({ id }) => id).sort(), ['by-page/0', 'by-page/1', 'in/0', 'in/1']);
    const entries = status.tasks.map(({ state }) => state.once?.entries ?? 0);
    assert.equal(
      entries.reduce((sum, count) => sum + count, 0),
      3,
    );
    assert.ok(status.tasks.some(({ streamTime }) => streamTime?.startsWith('2024-01-01T00:00:00.00')));
    assert.deepEqual(status.deliveries, [
      { node: 'rows', table: 'clicks', topic: 'millrace.clicks.rows.delivery', group: 'clicks.rows.delivery', trouble: null },
    ]);
    await launched.stop();
  });

  it('goes on while the database is away, and hands the rows over when it is back', async () => {
    let isAway = true;
    const before = (): void => {
      if (isAway) throw new MillraceError('table_unavailable', 'nobody answers');
    };
    const launched = await made.start({ prepare: before, before });
    await made.send('a', 'b', 'c');
    await until('all are committed', async () => (await committed(made.cluster)) === 3);
    assert.equal(made.receiver.rows.length, 0);
    isAway = false;
    await until('the rows are delivered', () => made.receiver.rows.length === 3);
    await launched.stop();
    await launched.ended;
  });

  it('ends with the reason when the database refuses the rows, and goes on from there when it is started anew', async () => {
    const launched = await made.start({
      before: () => {
        throw new MillraceError('delivery_refused', 'no such column');
      },
    });
    await made.send('a');
    await assert.rejects(launched.ended, { code: 'delivery_refused' });
    const again = await made.start();
    await until('the row is delivered', () => made.receiver.rows.length === 1);
    await again.stop();
  });

  it('refuses to start on topics that are not there', async () => {
    const admin = await made.cluster.admin();
    await admin.deleteTopics([clicked.name]);
    await assert.rejects(() => made.start(), { code: 'bad_partitions' });
  });

  it('commits what it has fed and ends in order at the first signal', async () => {
    const launched = await made.start();
    const signals = new Signals();
    const ended = untilSignalled(launched, { signals, clock: systemClock, log: noLog, graceMs: 10_000 });
    await made.send('a', 'b');
    await until('the records are read', () => launched.tasks.some((task) => task.streamTime > 0));
    signals.emit('SIGTERM');
    await ended;
    const before = await committed(made.cluster);
    const again = await made.start();
    await made.send('c');
    await until('all are committed', async () => (await committed(made.cluster)) === 3);
    assert.ok(before > 0);
    assert.deepEqual(signals.exits, []);
    assert.equal(signals.listenerCount('SIGTERM') + signals.listenerCount('SIGINT'), 0);
    await again.stop();
  });

  it('leaves at once at a second signal', () => {
    const never = new Promise<void>(() => undefined);
    const signals = new Signals();
    const hung = { ended: never, stop: () => never };
    void untilSignalled(hung, { signals, clock: systemClock, log: noLog, graceMs: 1 }).catch(() => undefined);
    signals.emit('SIGTERM');
    signals.emit('SIGINT');
    assert.deepEqual(signals.exits, [130]);
  });

  it('says so when it cannot drain within its grace period', async () => {
    const never = new Promise<void>(() => undefined);
    const signals = new Signals();
    const hung = { ended: never, stop: () => never };
    const ended = untilSignalled(hung, { signals, clock: systemClock, log: noLog, graceMs: 1 });
    signals.emit('SIGTERM');
    await assert.rejects(ended, { code: 'shutdown_timeout' });
  });
});
