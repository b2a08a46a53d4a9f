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

  const runOnce = async (slot: string, wanted: number): Promise<void> => {
    const makeStore: Parameters<typeof Runner.start>[1]['makeStore'] = (spec, { node }) => memoryStore(spec, { node });
    const ports = { cluster, wire, clock: systemClock, meter: noMeter, log: noLog, makeStore };
    const runner = await Runner.start(shop('NL', 10, suffix), ports, { ...defaultSettings, slot });
    let fed = 0;
    let quiet = 0;
    await until(
      'all are fed',
      async () => {
        const now = await runner.step(20);
        fed += now;
        quiet = now === 0 ? quiet + 1 : 0;
        return fed >= wanted && quiet > 40;
      },
      { within: 60_000, every: 0 },
    );
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
    await admin.createTopics(Object.values(topics).map(({ name, config }) => ({ topic: name, partitions, config })));
    await admin.close();
    await send();
    await runOnce('0', clicks);
  });

  after(async () => {
    await cluster.close();
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('makes the same records by id and the same final results, and leaves everything else as it was', async () => {
    const before = await Promise.all(Object.values(topics).map(async ({ name }) => (await readTopic(cluster, name)).length));
    const { code, report } = await replay('same.ts', '--diff', '--clean');
    assert.equal(code, 0, JSON.stringify(report.comparisons));
    const same = new Map((report.comparisons ?? []).map((comparison) => [comparison.topic, comparison.same]));
    assert.equal(same.get(topics.paid.name), rounds * 40);
    assert.equal(same.get(topics.dead.name), rounds);
    assert.equal(same.get(topics.last.name), 20);
    assert.ok((same.get(topics.minutes.name) ?? 0) >= 4 * (rounds / 2 - 2), String(same.get(topics.minutes.name)));
    assert.ok(report.isComplete && report.progress.done === clicks);
    const after = await Promise.all(Object.values(topics).map(async ({ name }) => (await readTopic(cluster, name)).length));
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
