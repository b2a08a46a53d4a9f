import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { memoryRegistry } from '../../pipeline/avro/memory-registry.ts';
import { createWire } from '../../pipeline/avro/wire.ts';
import { loadTopology } from '../../bin/cli/load-topology.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import { MillraceError } from '../../pipeline/core/errors.ts';
import type { Topology } from '../../pipeline/core/graph.ts';
import { manifestTopic } from '../../pipeline/core/internal-topics.ts';
import { keyReader } from '../../pipeline/core/key.ts';
import type { Accepted, Plan } from '../../pipeline/core/plan.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import { noLog } from '../../pipeline/core/ports/log.ts';
import { noMeter } from '../../pipeline/core/ports/meter.ts';
import { Runner } from '../../pipeline/runtime/runner.ts';
import { defaultSettings } from '../../pipeline/runtime/settings.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { memoryStore } from '../../pipeline/state/memory-store.ts';
import { readTopic } from '../../pipeline/testing/drive/read-topic.ts';
import { told } from '../bin/cli/told.ts';
import { clickOf, clickType } from '../support/clicks.ts';
import { kafkaFor } from '../support/kafka.ts';
import { until } from '../support/until.ts';

const source = (file: string): string => pathToFileURL(path.join(import.meta.dirname, '../..', file)).href;

/** A module as a user writes one, whose topics no other run has. */
const moduleOf = (run: string, input: string, dedupe: string): string => `
import { topology } from '${source('pipeline/core/topology.ts')}';
import { rawTopic, topic } from '${source('pipeline/core/topic.ts')}';
import { dedupe } from '${source('operators/dedupe.ts')}';
import { clickType } from '${source('test/support/clicks.ts')}';
export const clicks = topology('clicks-${run}', { deadLetter: rawTopic('dead-${run}') }, (t) => {
  t.source('in', topic('${input}-${run}', { type: clickType, key: ['user'], time: 'at' }))
    .pipe(dedupe('once', ${dedupe}))
    .to('out', topic('paid-${run}', { type: clickType, key: ['user'], time: 'at' }));
});
`;

const planIn = (stdout: string): Plan => JSON.parse(stdout) as Plan;

describe('the manifest on Kafka', function () {
  this.timeout(90_000);
  const run = randomUUID().slice(0, 8);
  const wire = createWire(memoryRegistry());
  let bootstrap: string;
  let cluster: Cluster;
  let folder: string;

  before(async function () {
    bootstrap = await kafkaFor(this);
    cluster = kafkaCluster({ brokers: bootstrap, clientId: 'plan-test', clock: systemClock });
    folder = await mkdtemp(path.join(tmpdir(), 'millrace-plan-'));
    await writeFile(path.join(folder, 'first.ts'), moduleOf(run, 'clicked', "{ key: ['user'], within: 1e9 }"));
    await writeFile(path.join(folder, 'second.ts'), moduleOf(run, 'clicked', "{ key: ['user'], within: 1e9, except: ['at'] }"));
    await writeFile(path.join(folder, 'third.ts'), moduleOf(run, 'visited', "{ key: ['user'], within: 1e9, except: ['at'] }"));
    const admin = await cluster.admin();
    const names = ['clicked', 'visited', 'paid', 'dead'].map((name) => `${name}-${run}`);
    await admin.createTopics(names.map((topic) => ({ topic, partitions: 2 })));
    await admin.close();
  });

  after(async () => {
    await cluster.close();
    await rm(folder, { recursive: true, force: true });
  });

  const load = (name: string): Promise<Topology> => loadTopology(path.join(folder, name));

  const plan = (name: string, ...more: ReadonlyArray<string>) => told(['plan', path.join(folder, name), '--kafka', bootstrap, ...more]);

  const start = async (name: string, slot: string, accepted: Accepted = {}): Promise<Runner> => {
    const makeStore: Parameters<typeof Runner.start>[1]['makeStore'] = (spec, { node }) => memoryStore(spec, { node });
    const ports = { cluster, wire, clock: systemClock, meter: noMeter, log: noLog, makeStore };
    return Runner.start(await load(name), ports, { ...defaultSettings, slot, accepted });
  };

  const send = async (...users: ReadonlyArray<string>): Promise<void> => {
    const topic = `clicked-${run}`;
    const encode = await wire.encoder(topic, clickType);
    const producer = await cluster.producer();
    const keyOf = keyReader(['user']);
    for (const user of users) {
      const click = clickOf(user);
      await producer.send({ topic, key: Buffer.from(keyOf(click)), value: encode(click) });
    }
    await producer.close();
  };

  const drain = async (runner: Runner, wanted: number): Promise<void> => {
    let fed = 0;
    await until('all are fed', async () => (fed += await runner.step(50)) >= wanted, { within: 30_000, every: 0 });
    await runner.close();
  };

  const users = async (): Promise<ReadonlyArray<string>> =>
    (await readTopic(cluster, `paid-${run}`)).flatMap(({ value }) => (value === null ? [] : [clickType.decode(value.subarray(5)).user]));

  it('is planned for before anything has run', async () => {
    const { code, stdout } = await plan('first.ts');
    assert.equal(stdout, `clicks-${run}: safe; nothing has run under this name\n`);
    assert.equal(code, 0);
  });

  it('is written once by processes that start at once, and a plan of the same is safe', async () => {
    const runners = await Promise.all(['0', '1', '2'].map((slot) => start('first.ts', slot)));
    await Promise.all(runners.map((runner) => runner.close()));
    assert.equal((await readTopic(cluster, manifestTopic(`clicks-${run}`))).length, 1);
    await send('a');
    await drain(await start('first.ts', '0'), 1);
    const { code, stdout } = await plan('first.ts', '--json');
    assert.equal(code, 0);
    assert.equal(planIn(stdout).verdict, 'safe');
  });

  it('makes a plan say that state needs a migration, and a start refuse', async () => {
    const { code, stdout } = await plan('second.ts');
    assert.equal(code, 4, stdout);
    assert.match(stdout, /once needs migration/);
    assert.match(stdout, /parameters\.except: \[\] → \["at"\]/);
    await assert.rejects(start('second.ts', '0'), (error) => error instanceof MillraceError && error.code === 'state_mismatch');
  });

  it('makes a plan say that another source needs a new group', async () => {
    const { code, stdout } = await plan('third.ts', '--json');
    assert.equal(code, 5, stdout);
    const { verdict, findings } = planIn(stdout);
    assert.equal(verdict, 'needs-new-group');
    assert.deepEqual(
      findings.map(({ node }) => node),
      ['in', 'once'],
    );
  });

  it('lets a start begin with empty state that is told to, once', async () => {
    await send('a', 'b');
    await drain(await start('second.ts', '0', { once: 'reset' }), 2);
    assert.deepEqual((await users()).toSorted(), ['a', 'a', 'b']);
    await send('a', 'b', 'c');
    await drain(await start('second.ts', '0', { once: 'reset' }), 3);
    assert.deepEqual((await users()).toSorted(), ['a', 'a', 'b', 'c']);
    assert.equal((await plan('second.ts')).code, 0);
  });
});
