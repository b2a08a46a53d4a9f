import assert from 'node:assert/strict';
import { createWire } from '../../../../pipeline/avro/wire.ts';
import { memoryRegistry } from '../../../../pipeline/avro/memory-registry.ts';
import { memoryCluster, type MemoryCluster } from '../../../../pipeline/cluster/memory/memory-cluster.ts';
import { endpoint } from '../../../../pipeline/core/endpoint.ts';
import { MillraceError } from '../../../../pipeline/core/errors.ts';
import type { Topology } from '../../../../pipeline/core/graph.ts';
import { noLog } from '../../../../pipeline/core/ports/log.ts';
import { table } from '../../../../pipeline/core/table.ts';
import { topology } from '../../../../pipeline/core/topology.ts';
import { launch } from '../../../../pipeline/runtime/launch/launch.ts';
import { launchDeliveries, type LaunchedDeliveries } from '../../../../pipeline/runtime/launch/launch-deliveries.ts';
import { prometheusMeter } from '../../../../pipeline/runtime/prometheus-meter.ts';
import { defaultSettings } from '../../../../pipeline/runtime/settings.ts';
import { systemClock } from '../../../../pipeline/runtime/system-clock.ts';
import { memoryStore } from '../../../../pipeline/state/memory-store.ts';
import { MemoryReceiver, type MemoryTargetFaults } from '../../../../pipeline/testing/memory-target.ts';
import { clicked, clickOf, clickType, deadLetter, newYear, paidClicks } from '../../../support/clicks.ts';
import { until } from '../../../support/until.ts';

const clicks = topology('clicks', { deadLetter }, (t) => {
  const all = t.source('in', clicked);
  all.to('rows', table('clicks', { type: clickType, orderBy: ['user'] }));
  all.to('posts', endpoint('click-hook', { type: clickType }));
});

const plain = topology('clicks', { deadLetter }, (t) => t.source('in', clicked).to('out', paidClicks));

describe('deliveries that are launched by themselves', () => {
  let cluster: MemoryCluster;
  const wire = createWire(memoryRegistry());
  const receivers = { table: new MemoryReceiver(), endpoint: new MemoryReceiver() };
  const running: { stop(): Promise<void> }[] = [];

  beforeEach(async () => {
    cluster = memoryCluster({ clock: systemClock, autoCreatePartitions: 2 });
    receivers.table = new MemoryReceiver();
    receivers.endpoint = new MemoryReceiver();
    const admin = await cluster.admin();
    await admin.createTopics([clicked.name, deadLetter.name].map((topic) => ({ topic, partitions: 2 })));
  });

  afterEach(async () => {
    for (const each of running.splice(0)) await each.stop();
    await cluster.close();
  });

  const ports = (faults: MemoryTargetFaults = {}) => ({
    cluster: cluster.connect('process'),
    wire,
    clock: systemClock,
    log: noLog,
    meter: prometheusMeter(),
    targetOf: ({ kind }: { readonly kind: 'table' | 'endpoint' }) => receivers[kind].target(kind === 'endpoint' ? faults : {}),
    random: () => 0,
  });

  const health = { host: '127.0.0.1', port: 0 };
  const delivery = { batch: { waitMs: 5 }, retry: { firstMs: 1, mostMs: 5 } };

  const deliver = async (
    delivers?: ReadonlyArray<string>,
    faults?: MemoryTargetFaults,
    of: Topology = clicks,
  ): Promise<LaunchedDeliveries> => {
    const only = delivers === undefined ? {} : { delivers };
    const launched = await launchDeliveries(of, ports(faults), { runner: {}, health, delivery, ...only });
    running.push(launched);
    return launched;
  };

  const process = async (): Promise<void> => {
    const makeStore: Parameters<typeof launch>[1]['makeStore'] = (spec, { node }) => memoryStore(spec, { node });
    const runner = { ...defaultSettings, slot: '0', commitEvery: 5, endFreshness: 0 };
    running.push(await launch(clicks, { ...ports(), makeStore }, { runner, health, delivery, delivers: [] }));
  };

  const send = async (count: number): Promise<void> => {
    const producer = await cluster.producer();
    const encode = await wire.encoder(clicked.name, clickType);
    for (let n = 0; n < count; n += 1) {
      await producer.send({ topic: clicked.name, key: Buffer.from(`u${n}`), value: encode(clickOf(`u${n}`, newYear + n)) });
    }
    await producer.close();
  };

  it('carry what a process without deliveries has written, whoever was there first', async () => {
    const launched = await deliver();
    await process();
    await send(20);
    await until('all are delivered', () => receivers.table.rows.length === 20 && receivers.endpoint.rows.length === 20);
    assert.deepEqual(
      launched.status().deliveries.map(({ node, group }) => [node, group]),
      [
        ['rows', 'clicks.rows.delivery'],
        ['posts', 'clicks.posts.delivery'],
      ],
    );
    const page = async (path: string): Promise<string> => (await fetch(launched.url + path)).text();
    assert.equal(await page('/readyz'), '{"ok":true}\n');
    assert.match(await page('/metrics'), /millrace_delivery_rows_total\{topology="clicks",node="posts"\} 20/);
    assert.match(await page('/status'), /"endpoint":"click-hook".*"trouble":null/);
  });

  it('carry the named nodes only', async () => {
    const launched = await deliver(['posts']);
    await process();
    await send(5);
    await until('all are delivered', () => receivers.endpoint.rows.length === 5);
    assert.deepEqual(receivers.table.rows, []);
    assert.deepEqual(
      launched.deliveries.map(({ node }) => node),
      ['posts'],
    );
  });

  it('end together, with the error of the first that fails', async () => {
    const before = (): never => {
      throw new MillraceError('delivery_refused', 'no');
    };
    const launched = await deliver(undefined, { before });
    await process();
    await send(3);
    await assert.rejects(launched.ended, /no$/);
    await assert.rejects(fetch(launched.url));
  });

  it('are refused where there is nothing to deliver, and under names that are none', async () => {
    await assert.rejects(deliver(undefined, {}, plain), /"clicks" has nothing to deliver/);
    await assert.rejects(
      deliver(['in', 'posts']),
      /"in" is no node of "clicks" that ends in a table or an endpoint\nThere are: rows, posts/,
    );
  });
});
