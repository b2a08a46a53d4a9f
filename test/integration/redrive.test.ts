import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { startEmbeddedRegistry } from '../../pipeline/avro/embedded-registry/start-embedded-registry.ts';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { createWire } from '../../pipeline/avro/wire.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { Topology } from '../../pipeline/core/graph.ts';
import { redriveTopic } from '../../pipeline/core/internal-topics.ts';
import { keyReader } from '../../pipeline/core/key.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import { noLog } from '../../pipeline/core/ports/log.ts';
import { noMeter } from '../../pipeline/core/ports/meter.ts';
import type { Topic } from '../../pipeline/core/topic.ts';
import type { Wire } from '../../pipeline/core/ports/wire.ts';
import type { Redriven } from '../../pipeline/runtime/redrive/redrive.ts';
import { Runner } from '../../pipeline/runtime/runner.ts';
import { defaultSettings } from '../../pipeline/runtime/settings.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { externalTopics } from '../../pipeline/runtime/topic-plan.ts';
import { memoryStore } from '../../pipeline/state/memory-store.ts';
import { readTopic } from '../../pipeline/testing/drive/read-topic.ts';
import { told } from '../bin/cli/told.ts';
import { clicksOf, orders, orderTopics } from '../pipeline/runtime/redrive/orders.ts';
import type { Click } from '../support/clicks.ts';
import { kafkaFor } from '../support/kafka.ts';
import { startMillrace } from '../support/millrace.ts';
import { until } from '../support/until.ts';

const source = pathToFileURL(path.join(import.meta.dirname, '../pipeline/runtime/redrive/orders.ts')).href;
const partitions = 2;
/** Enough for a dozen transactions of a redrive, so that it can be killed between two of them. */
const bad = 6_000;
const good = 500;
const users = [...Array.from({ length: bad }, (_, n) => `bad${n}`), ...Array.from({ length: good }, (_, n) => `good${n}`)];

describe('a redrive on Kafka', function () {
  this.timeout(180_000);
  const suffix = `-${randomUUID().slice(0, 8)}`;
  const topics = orderTopics(suffix);
  const refusing = orders({ check: /bad/ }, suffix);
  const corrected = orders({}, suffix);
  let registry: Awaited<ReturnType<typeof startEmbeddedRegistry>>;
  let bootstrap: string;
  let cluster: Cluster;
  let wire: Wire;
  let folder: string;

  const send = async (): Promise<void> => {
    const encode = await wire.encoder(topics.clicked.name, topics.clicked.type);
    const keyOf = keyReader(topics.clicked.key);
    const producer = await cluster.producer();
    for (const click of clicksOf(...users))
      void producer.send({ topic: topics.clicked.name, key: Buffer.from(keyOf(click)), value: encode(click) });
    await producer.flush();
    await producer.close();
  };

  const count = async (topic: string): Promise<number> => (await readTopic(cluster, topic)).length;

  /** Runs a version until a topic has so many records. */
  const run = async (topology: Topology, topic: string, records: number): Promise<void> => {
    const makeStore: Parameters<typeof Runner.start>[1]['makeStore'] = (spec, { node }) => memoryStore(spec, { node });
    const deadLetterLimit = { ratio: 1, over: 1_000_000, consecutive: 1_000_000 };
    const ports = { cluster, wire, clock: systemClock, meter: noMeter, log: noLog, makeStore };
    const runner = await Runner.start(topology, ports, { ...defaultSettings, slot: '0', deadLetterLimit });
    const running = runner.run();
    await until(`${topic} has ${records} records`, async () => (await count(topic)) >= records, { within: 120_000, every: 500 });
    runner.stop();
    await running;
  };

  const args = (...more: ReadonlyArray<string>): ReadonlyArray<string> => [
    ...['redrive', path.join(folder, 'corrected.ts'), '--kafka', bootstrap, '--registry', registry.url],
    ...more,
  ];

  const redrive = async (...more: ReadonlyArray<string>): Promise<{ code: number; report: Redriven }> => {
    const { code, stdout, stderr } = await told(args('--json', ...more));
    assert.equal(stderr, '');
    return { code, report: JSON.parse(stdout) as Redriven };
  };

  const usersIn = async ({ name, type }: Topic<Click>): Promise<ReadonlyArray<string>> => {
    const values = (await readTopic(cluster, name)).map(({ value }) => type.decode((value ?? Buffer.alloc(0)).subarray(5)));
    return values.map(({ user }) => user).sort();
  };

  before(async function () {
    bootstrap = await kafkaFor(this);
    registry = await startEmbeddedRegistry();
    wire = createWire(httpRegistry({ url: registry.url }));
    cluster = kafkaCluster({ brokers: bootstrap, clientId: 'redrive-test', clock: systemClock });
    folder = await mkdtemp(path.join(tmpdir(), 'millrace-redrive-'));
    await writeFile(path.join(folder, 'corrected.ts'), `import { orders } from '${source}';\nexport const it = orders({}, '${suffix}');\n`);
    const admin = await cluster.admin();
    await admin.createTopics(externalTopics(corrected).map((topic) => ({ topic, partitions })));
    await admin.close();
    await send();
    await run(refusing, topics.dead.name, bad);
  });

  after(async () => {
    await cluster.close();
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('says what it would do, leaves what has had its attempts, and writes nothing', async () => {
    const dry = await redrive('--dry-run');
    assert.deepEqual([dry.code, dry.report.redriven, dry.report.left], [0, bad, {}]);
    const limited = await redrive('--attempts', '1');
    assert.deepEqual([limited.code, limited.report.redriven, limited.report.left], [6, 0, { attempts: bad }]);
    assert.equal(await count(topics.clicked.name), users.length);
  });

  it('that is killed and run again, and again, sends each letter once', async () => {
    const killed = startMillrace(args());
    const ledger = redriveTopic(corrected.name);
    await until('it has sent some', async () => (await count(ledger)) > 0, { within: 60_000, every: 1 });
    await killed.kill();
    const sent = await count(ledger);
    assert.equal(await count(topics.clicked.name), users.length + sent, 'letters and ledger are one');
    const again = await redrive();
    assert.deepEqual([again.code, again.report.meant, again.report.isComplete], [0, bad, true]);
    assert.ok(again.report.redriven + (again.report.left.redriven ?? 0) === bad, JSON.stringify(again.report));
    const third = await redrive();
    assert.deepEqual([third.code, third.report.redriven, third.report.left], [0, 0, { redriven: bad }]);
    assert.deepEqual([await count(topics.clicked.name), await count(ledger)], [users.length + bad, bad]);
  });

  it('brings each record to the node that refused it, once, and repeats no other branch', async () => {
    await run(corrected, topics.paged.name, users.length);
    const wanted = users.toSorted();
    for (const out of [topics.all, topics.checked, topics.paged]) assert.deepEqual(await usersIn(out), wanted, out.name);
    assert.equal(await count(topics.dead.name), bad);
  });
});
