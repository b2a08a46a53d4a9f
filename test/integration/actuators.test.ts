import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { v4 as uuid } from 'uuid';
import { type EmbeddedRegistry, startEmbeddedRegistry } from '../../pipeline/avro/embedded-registry/start-embedded-registry.ts';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { createWire } from '../../pipeline/avro/wire.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import { keyReader } from '../../pipeline/core/key.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import type { WireEncoder } from '../../pipeline/core/ports/wire.ts';
import { headerOf } from '../../pipeline/runtime/headers.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { readTopic } from '../../pipeline/testing/drive/read-topic.ts';
import { commandAck, type CommandAck } from '../../schemas/generated/command-ack.ts';
import type { ModelCommand } from '../../schemas/generated/model-command.ts';
import { topics } from '../../topologies/feedback/topics.ts';
import { commandOf } from '../services/actuators/commands.ts';
import { type Asked, FakeApi, type Reply } from '../services/actuators/fake-api.ts';
import { type KafkaBroker, startKafka } from '../support/kafka.ts';
import { type Mlflow, mlflowFor } from '../support/mlflow.ts';
import { type Millrace, startMillrace } from '../support/millrace.ts';
import { prepared } from '../support/prepared.ts';
import { skipBecause } from '../support/skip-because.ts';
import { until } from '../support/until.ts';

/** Where a process is killed while it carries a command out. */
const steps = ['before-it-reads', 'before-it-sets', 'after-it-has-set', 'after-its-answer', 'after-it-has-acknowledged'] as const;
type Step = (typeof steps)[number];

const { modelCommands, modelCommandAcks } = topics;
const deadLetter = 'millrace.actuate.registry.dead-letter';
/** A killed member is missed after two seconds; real ones after 45. */
const soon = { 'group.consumer.session.timeout.ms': '2000', 'group.consumer.heartbeat.interval.ms': '500' };

describe('actuators on Kafka and a real MLflow server', function () {
  this.timeout(240_000);
  const processes: Millrace[] = [];
  const armed = new Set<Step>(steps);
  /** The models whose alias MLflow has set at the request of an actuator, in order. */
  const sets: string[] = [];
  const askers = new Map<string, Millrace>();
  /** The process ids of those that were killed while they carried something out. */
  const killed = new Set<number>();
  let started = 0;
  let kafka: KafkaBroker | undefined;
  let mlflow: Mlflow;
  let registry: EmbeddedRegistry;
  let cluster: Cluster;
  let proxy: FakeApi;
  let folder: string;
  let encode: WireEncoder<ModelCommand>;

  before(async function () {
    const found = prepared('kafka');
    if ('missing' in found) skipBecause(this, `Apache Kafka: ${found.missing}`);
    mlflow = await mlflowFor(this);
    [kafka, registry, proxy] = await Promise.all([startKafka(soon), startEmbeddedRegistry(), FakeApi.start()]);
    cluster = kafkaCluster({ brokers: kafka.bootstrap, clientId: 'actuators-test', clock: systemClock });
    encode = await createWire(httpRegistry({ url: registry.url })).encoder(modelCommands.name, modelCommands.type);
    folder = await mkdtemp(path.join(tmpdir(), 'millrace-actuators-'));
    const admin = await cluster.admin();
    await admin.createTopics([{ topic: modelCommands.name, partitions: 1 }]);
    await admin.close();
    proxy.script = asked;
  });

  after(async () => {
    for (const each of processes) await each.kill();
    // The first `before` may have skipped all of it.
    if (kafka === undefined) return;
    await proxy.stop();
    await cluster.close();
    await registry.close();
    await mlflow.close();
    await kafka.close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (): Promise<Millrace> => {
    const nth = started;
    started += 1;
    const tokenFile = path.join(folder, `token-${nth}`);
    const file = path.join(folder, `actuators-${nth}.json`);
    await writeFile(tokenFile, `secret-of-${nth}\n`);
    const settings = { kind: 'mlflow', tenant: 'acme', url: proxy.url, alias: 'champion', tokenFile, ackWithinMs: 1_000 };
    await writeFile(file, JSON.stringify({ registry: settings }));
    const env = { MILLRACE_KAFKA: kafka?.bootstrap ?? '', MILLRACE_REGISTRY: registry.url, MILLRACE_HEALTH_PORT: '0' };
    const millrace = startMillrace(['actuate', file], { env });
    processes[nth] = millrace;
    return millrace;
  };

  /** Ends the process at once, after another one has been started in its place. */
  const replace = async (millrace: Millrace): Promise<void> => {
    await start();
    await millrace.kill();
    if ((await millrace.ended).signal === 'SIGKILL') killed.add(millrace.pid);
  };

  const forwarded = async ({ method, path: place, body }: Asked): Promise<Reply> => {
    const sent = method === 'GET' ? {} : { headers: { 'content-type': 'application/json' }, body };
    const response = await fetch(mlflow.url + place, { method, ...sent });
    return { status: response.status, body: await response.text() };
  };

  const modelIn = ({ method, path: place, body }: Asked): string =>
    method === 'GET'
      ? String(new URL(place, 'http://x').searchParams.get('name'))
      : String((JSON.parse(body) as { readonly name: unknown }).name);

  const isDue = (step: Step, model: string): boolean => step === model && armed.delete(step);

  const askerOf = ({ headers }: Asked): Millrace => {
    const asker = processes[Number(/secret-of-(\d+)/.exec(headers.authorization ?? '')?.[1])];
    assert.ok(asker !== undefined);
    return asker;
  };

  const afterSetting = async (model: string, asker: Millrace): Promise<void> => {
    sets.push(model);
    if (isDue('after-it-has-set', model)) await replace(asker);
    if (isDue('after-its-answer', model)) setImmediate(() => void replace(asker));
  };

  /** Stands between the actuators and MLflow, counts what is set, and kills who asks at the step that the model is named after. */
  const asked = async (request: Asked): Promise<Reply> => {
    const model = modelIn(request);
    const isSet = request.method === 'POST';
    const asker = askerOf(request);
    askers.set(model, asker);
    if (isDue(isSet ? 'before-it-sets' : 'before-it-reads', model)) {
      await replace(asker);
      return { status: 500 };
    }
    const reply = await forwarded(request).catch(() => ({ status: 502 }));
    if (isSet && reply.status === 200) await afterSetting(model, asker);
    return reply;
  };

  const makeModel = async (name: string, alias: string): Promise<void> => {
    await mlflow.call('POST', 'registered-models/create', { name });
    for (let n = 0; n < 3; n += 1) await mlflow.call('POST', 'model-versions/create', { name, source: 's3://models/digits' });
    await mlflow.call('POST', 'registered-models/alias', { name, alias: 'champion', version: alias });
  };

  const versionOf = async (name: string): Promise<string> => {
    const found = await mlflow.call('GET', `registered-models/alias?name=${name}&alias=champion`);
    return (found as { readonly model_version: { readonly version: string } }).model_version.version;
  };

  const order = async (...commands: ReadonlyArray<Partial<ModelCommand>>): Promise<void> => {
    const producer = await cluster.producer();
    const keyOf = keyReader(modelCommands.key);
    for (const more of commands) {
      const command_id = uuid();
      const command = commandOf({ command_id, event_id: command_id, decided_at: systemClock.now() * 1000, ...more });
      await producer.send({ topic: modelCommands.name, key: Buffer.from(keyOf(command)), value: encode(command) });
    }
    await producer.close();
  };

  const acks = async (): Promise<ReadonlyArray<CommandAck>> =>
    (await readTopic(cluster, modelCommandAcks.name)).flatMap(({ value }) =>
      value === null ? [] : [commandAck.decode(value.subarray(5))],
    );

  const statusesOf = async (model: string): Promise<ReadonlyArray<string>> => {
    const ofModel = (await acks()).filter(({ model_name }) => model_name === model);
    return [...new Map(ofModel.map(({ event_id, status }) => [event_id, status])).values()];
  };

  const answered = (model: string, status: string): Promise<boolean> =>
    until(`${model} is ${status}`, async () => (await statusesOf(model)).includes(status), { within: 90_000, every: 50 });

  it('moves the alias once in each episode, though the process that does it is killed at each step', async () => {
    for (const step of steps) await makeModel(step, '2');
    await Promise.all([start(), start()]);
    await order(...steps.map((model_name) => ({ model_name })));
    const last: Step = 'after-it-has-acknowledged';
    await answered(last, 'APPLIED');
    armed.delete(last);
    const asker = askers.get(last);
    assert.ok(asker !== undefined);
    await replace(asker);
    await makeModel('behind', '2');
    await order({ model_name: 'behind' });
    await answered('behind', 'APPLIED');
    assert.deepEqual([armed.size, killed.size], [0, steps.length]);
    assert.deepEqual(sets, [...steps, 'behind']);
    for (const step of steps) {
      assert.equal(await versionOf(step), '1');
      const statuses = await statusesOf(step);
      // Whether it took longer than a second depends on the machine.
      assert.deepEqual(
        statuses.filter((status) => status !== 'TIMED_OUT'),
        ['APPLIED'],
      );
    }
    assert.deepEqual(await readTopic(cluster, deadLetter), []);
  });

  it('waits for an MLflow that is dead, says that it is late, and loses nothing', async () => {
    await makeModel('delayed', '2');
    await mlflow.kill();
    await order({ model_name: 'delayed' });
    await answered('delayed', 'TIMED_OUT');
    await mlflow.restart();
    await answered('delayed', 'APPLIED');
    assert.deepEqual(await statusesOf('delayed'), ['TIMED_OUT', 'APPLIED']);
    assert.equal(await versionOf('delayed'), '1');
    assert.equal(sets.filter((model) => model === 'delayed').length, 1);
  });

  it('promotes, leaves alone what is not as the command expects, and touches nothing for a dry run or another tenant', async () => {
    await Promise.all([makeModel('promoted', '1'), makeModel('moved', '3'), makeModel('dry', '2'), makeModel('foreign', '2')]);
    await order(
      { model_name: 'foreign', tenant: 'globex' },
      { model_name: 'dry', mode: 'DRY_RUN' },
      { model_name: 'moved' },
      { model_name: 'unknown' },
      { model_name: 'promoted', kind: 'PROMOTE', from_version: '1', to_version: '2' },
    );
    await answered('promoted', 'APPLIED');
    const models = ['foreign', 'dry', 'moved', 'unknown', 'promoted'];
    assert.deepEqual(await Promise.all(models.map(statusesOf)), [[], ['DRY_RUN'], ['CONFLICT'], ['REFUSED'], ['APPLIED']]);
    const versions = await Promise.all(['foreign', 'dry', 'moved', 'promoted'].map(versionOf));
    assert.deepEqual(versions, ['2', '2', '3', '2']);
    const letters = await readTopic(cluster, deadLetter);
    assert.deepEqual(
      letters.map(({ headers }) => headerOf(headers, 'millrace.rule')?.toString()),
      ['conflict', 'mlflow_resource_does_not_exist'],
    );
  });

  it('tells of itself on its pages, drains at SIGTERM, and nowhere repeats its token', async () => {
    const running = processes.filter((each) => /carries out commands: registry: (\S+)\/status/.test(each.stdout())).at(-1);
    assert.ok(running !== undefined);
    const [, url = ''] = await running.printed(/carries out commands: registry: (\S+)\/status/);
    const pages = await Promise.all(['/status', '/metrics', '/readyz'].map(async (page) => (await fetch(url + page)).text()));
    const { actuators } = JSON.parse(String(pages[0])) as { readonly actuators: unknown };
    assert.deepEqual(actuators, [{ name: 'registry', kind: 'mlflow', group: 'millrace.actuate.registry', deadLetter, trouble: null }]);
    running.signal('SIGTERM');
    const { code, stderr } = await running.ended;
    assert.equal(code, 0, stderr);
    const printed = processes.map((each) => each.stdout() + each.stderr());
    assert.ok(![...pages, ...printed].some((text) => text.includes('secret-of-')));
  });
});
