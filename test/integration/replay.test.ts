import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ReplayReport } from '../../bin/services/replay-on.ts';
import { startEmbeddedRegistry } from '../../pipeline/avro/embedded-registry/start-embedded-registry.ts';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { createWire } from '../../pipeline/avro/wire.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { Plan } from '../../pipeline/core/plan.ts';
import type { OutputComparison } from '../../pipeline/runtime/replay/compare-outputs.ts';
import { keyReader } from '../../pipeline/core/key.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import type { Wire } from '../../pipeline/core/ports/wire.ts';
import { noLog } from '../../pipeline/core/ports/log.ts';
import { noMeter } from '../../pipeline/core/ports/meter.ts';
import { Runner } from '../../pipeline/runtime/runner.ts';
import { defaultSettings } from '../../pipeline/runtime/settings.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { memoryStore } from '../../pipeline/state/memory-store.ts';
import { readTopic } from '../../pipeline/testing/drive/read-topic.ts';
import { told } from '../bin/cli/told.ts';
import { shop, shopRound, shopTopics } from '../pipeline/runtime/replay/shop.ts';
import { kafkaFor } from '../support/kafka.ts';
import { until } from '../support/until.ts';

const source = pathToFileURL(path.join(import.meta.dirname, '../pipeline/runtime/replay/shop.ts')).href;
const partitions = 3;
const rounds = 40;
const clicks = rounds * 61;

describe('a replay on Kafka', function () {
  this.timeout(120_000);
  const suffix = `-${randomUUID().slice(0, 8)}`;
  const topics = shopTopics(suffix);
  const all = [topics.clicked, topics.dead, topics.last, topics.paid, topics.minutes];
  let registry: Awaited<ReturnType<typeof startEmbeddedRegistry>>;
  let bootstrap: string;
  let cluster: Cluster;
  let wire: Wire;
  let folder: string;

  const send = async (): Promise<void> => {
    const encode = await wire.encoder(topics.clicked.name, topics.clicked.type);
    const keyOf = keyReader(topics.clicked.key);
    const producer = await cluster.producer();
    for (let n = 0; n < rounds; n += 1) {
      for (const click of shopRound(n))
        void producer.send({ topic: topics.clicked.name, key: Buffer.from(keyOf(click)), value: encode(click), timestamp: click.at });
    }
    await producer.flush();
  };

  /** Whether all of what the topology reads is committed. */
  const isDone = async (): Promise<boolean> => {
    const admin = await cluster.admin();
    const read = [topics.clicked.name, `millrace.shop${suffix}.by-page.repartition`];
    const places = read.flatMap((topic) => Array.from({ length: partitions }, (_, partition) => ({ topic, partition })));
    const committed = await admin.committed(`shop${suffix}`, places);
    const ends = await Promise.all(places.map((place) => admin.watermarks(place, 'uncommitted')));
    return places.every(({ topic, partition }, at) => {
      const { offset = 0 } = committed.find((other) => other.topic === topic && other.partition === partition) ?? {};
      return offset >= (ends[at]?.high ?? 0);
    });
  };

  const runOnce = async (): Promise<void> => {
    const makeStore: Parameters<typeof Runner.start>[1]['makeStore'] = (spec, { node }) => memoryStore(spec, { node });
    const ports = { cluster, wire, clock: systemClock, meter: noMeter, log: noLog, makeStore };
    const runner = await Runner.start(shop('NL', 10, suffix), ports, { ...defaultSettings, slot: '0' });
    let fed = 0;
    const look = async (): Promise<boolean> => {
      fed += await runner.step(50);
      return fed >= clicks && runner.isDrained && (await isDone());
    };
    await until('all is read', look, { within: 60_000, every: 0 });
    await runner.close();
  };

  const replay = async (file: string, ...more: ReadonlyArray<string>): Promise<{ code: number; report: ReplayReport }> => {
    const services = ['--kafka', bootstrap, '--registry', registry.url];
    const { code, stdout, stderr } = await told(['replay', path.join(folder, file), ...services, '--json', ...more]);
    assert.equal(stderr, '');
    return { code, report: JSON.parse(stdout) as ReplayReport };
  };

  before(async function () {
    bootstrap = await kafkaFor(this);
    registry = await startEmbeddedRegistry();
    wire = createWire(httpRegistry({ url: registry.url }));
    cluster = kafkaCluster({ brokers: bootstrap, clientId: 'replay-test', clock: systemClock });
    folder = await mkdtemp(path.join(tmpdir(), 'millrace-replay-'));
    const moduleOf = (args: string): string => `import { shop } from '${source}';\nexport const it = shop(${args}, '${suffix}');\n`;
    await writeFile(path.join(folder, 'same.ts'), moduleOf("'NL', 10"));
    await writeFile(path.join(folder, 'changed.ts'), moduleOf("'BE', 2"));
    const admin = await cluster.admin();
    await admin.createTopics(all.map(({ name, config }) => ({ topic: name, partitions, config })));
    await admin.close();
    await send();
    await runOnce();
  });

  after(async () => {
    await cluster.close();
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('makes the same records by id and the same final results, and leaves everything else as it was', async () => {
    const before = await Promise.all(all.map(async ({ name }) => (await readTopic(cluster, name)).length));
    const { code, report } = await replay('same.ts', '--diff', '--clean');
    assert.equal(code, 0, JSON.stringify(report.comparisons));
    const same = new Map((report.comparisons ?? []).map((comparison) => [comparison.topic, comparison.same]));
    assert.equal(same.get(topics.paid.name), rounds * 40);
    assert.equal(same.get(topics.dead.name), rounds);
    assert.equal(same.get(topics.last.name), 20);
    assert.ok((same.get(topics.minutes.name) ?? 0) >= 4 * (rounds / 2 - 2), String(same.get(topics.minutes.name)));
    assert.ok(report.isComplete && report.progress.done === clicks);
    const after = await Promise.all(all.map(async ({ name }) => (await readTopic(cluster, name)).length));
    assert.deepEqual(after, before);
    const admin = await cluster.admin();
    assert.equal((await admin.partitions(report.outputs.map(({ replayed }) => replayed))).size, 0);
    await admin.close();
  });

  it('shows what another version would make of a stretch of the log', async () => {
    const from = new Date(shopRound(10)[0]?.at ?? 0).toISOString();
    const to = new Date(shopRound(20)[0]?.at ?? 0).toISOString();
    const { code, report } = await replay('changed.ts', '--diff', '--clean', '--id', 'changed', '--from', from, '--to', to);
    assert.equal(code, 3);
    assert.equal(report.progress.all, 10 * 61);
    const of = (topic: string) => report.comparisons?.find((comparison) => comparison.topic === topic);
    assert.equal(of(topics.paid.name)?.onlyThere, 10 * 10 * 2);
    assert.equal(of(topics.paid.name)?.same, 10 * 10 * 2);
    assert.equal(of(topics.dead.name)?.onlyHere, 10 * 10 * 3);
  });

  it('shows beside a plan what a version would change, and leaves nothing behind', async () => {
    const services = ['--kafka', bootstrap, '--registry', registry.url, '--range', `${topics.clicked.name}:0:0-30`];
    const rest = [1, 2].flatMap((partition) => ['--range', `${topics.clicked.name}:${partition}:0-0`]);
    const plan = async (file: string): Promise<[number, Plan & { readonly replay: ReadonlyArray<OutputComparison> }]> => {
      const { code, stdout } = await told(['plan', path.join(folder, file), ...services, ...rest, '--replay', '--json']);
      return [code, JSON.parse(stdout) as Plan & { readonly replay: ReadonlyArray<OutputComparison> }];
    };
    const [code, { verdict, notCompared, replay: outputs }] = await plan('changed.ts');
    assert.deepEqual([code, verdict], [3, 'safe']);
    assert.deepEqual(
      notCompared.map(({ node }) => node),
      ['check', 'visit', 'row'],
    );
    assert.ok((outputs.find(({ topic }) => topic === topics.last.name)?.different ?? 0) > 0);
    assert.equal((await plan('same.ts'))[0], 0);
  });

  it('is refused under an id that is taken', async () => {
    const taken = ['--id', 'taken', '--range', `${topics.clicked.name}:0:0-5`];
    const services = ['--kafka', bootstrap, '--registry', registry.url];
    const again = () => told(['replay', path.join(folder, 'same.ts'), ...services, ...taken, '--from', '2100-01-01']);
    const first = await again();
    assert.equal(first.code, 0, first.stderr);
    const { code, stderr } = await again();
    assert.equal(code, 2);
    assert.match(stderr, /there is a replay of this id/);
  });
});
