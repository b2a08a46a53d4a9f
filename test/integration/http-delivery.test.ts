import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type EmbeddedRegistry, startEmbeddedRegistry } from '../../pipeline/avro/embedded-registry/start-embedded-registry.ts';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { createWire } from '../../pipeline/avro/wire.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import { keyReader } from '../../pipeline/core/key.ts';
import type { Cluster, LogRecord } from '../../pipeline/core/ports/cluster.ts';
import { headerOf } from '../../pipeline/runtime/headers.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { readTopic } from '../../pipeline/testing/drive/read-topic.ts';
import { seeded } from '../../pipeline/testing/seeded.ts';
import { act, answer, ScriptedReceiver, taken } from '../pipeline/http-delivery/scripted-receiver.ts';
import { type Click, clickOf, clickType, newYear } from '../support/clicks.ts';
import { kafkaFor } from '../support/kafka.ts';
import { type Millrace, startMillrace } from '../support/millrace.ts';
import { until } from '../support/until.ts';

const source = (file: string): string => pathToFileURL(path.join(import.meta.dirname, '../..', file)).href;

/** A module as a user writes one, whose topics no other run has. */
const moduleOf = (run: string): string => `
import { endpoint } from '${source('pipeline/core/endpoint.ts')}';
import { topology } from '${source('pipeline/core/topology.ts')}';
import { rawTopic, topic } from '${source('pipeline/core/topic.ts')}';
import { clickType } from '${source('test/support/clicks.ts')}';
export const clicks = topology('clicks-${run}', { deadLetter: rawTopic('dead-${run}') }, (t) => {
  t.source('in', topic('clicked-${run}', { type: clickType, key: ['user'], time: 'at' }))
    .to('hook', endpoint('click-hook', { type: clickType, records: 50, concurrency: 4 }));
});
`;

const count = 3_000;
const users = 40;
const partitions = 4;
/** Refused by the receiver for good. */
const isUnwanted = ({ page }: Click): boolean => Number(page.id) % 500 === 250;

const clickNumber = (n: number): Click => clickOf(`u-${n % users}`, newYear + n, { page: { id: String(n), section: null } });

describe('a delivery from Kafka to an HTTP endpoint', function () {
  this.timeout(240_000);
  const run = randomUUID().slice(0, 8);
  const deliveryTopic = `millrace.clicks-${run}.hook.delivery`;
  const secret = `token-${randomUUID()}`;
  const processes: Millrace[] = [];
  let bootstrap: string;
  let cluster: Cluster;
  let registry: EmbeddedRegistry;
  let receiver: ScriptedReceiver;
  let folder: string;

  before(async function () {
    bootstrap = await kafkaFor(this);
    cluster = kafkaCluster({ brokers: bootstrap, clientId: 'hook-test', clock: systemClock });
    registry = await startEmbeddedRegistry();
    receiver = await ScriptedReceiver.start();
    folder = await mkdtemp(path.join(tmpdir(), 'millrace-hook-'));
    await writeFile(path.join(folder, 'clicks.ts'), moduleOf(run));
    await writeFile(path.join(folder, 'token'), `${secret}\n`);
    const headers = { authorization: { file: path.join(folder, 'token'), prefix: 'Bearer ' } };
    await writeFile(path.join(folder, 'endpoints.json'), JSON.stringify({ 'click-hook': { url: receiver.url, headers } }));
    const admin = await cluster.admin();
    await admin.createTopics([`clicked-${run}`, `dead-${run}`].map((topic) => ({ topic, partitions })));
    await admin.close();
  });

  after(async () => {
    for (const millrace of processes) await millrace.kill();
    await receiver.stop();
    await cluster.close();
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (command: ReadonlyArray<string> = ['run'], more: ReadonlyArray<string> = []): Millrace => {
    const env = {
      MILLRACE_KAFKA: bootstrap,
      MILLRACE_REGISTRY: registry.url,
      MILLRACE_ENDPOINTS: path.join(folder, 'endpoints.json'),
      MILLRACE_HEALTH_PORT: '0',
      ...(command[0] === 'run' ? { MILLRACE_SLOT: 's' } : {}),
      MILLRACE_LOG_LEVEL: 'debug',
    };
    const millrace = startMillrace([...command, path.join(folder, 'clicks.ts'), ...more], { env });
    processes.push(millrace);
    return millrace;
  };

  const send = async (from = 0, to = count): Promise<void> => {
    const topic = `clicked-${run}`;
    const encode = await createWire(httpRegistry({ url: registry.url })).encoder(topic, clickType);
    const producer = await cluster.producer();
    const keyOf = keyReader(['user']);
    const sends = Array.from({ length: to - from }, (_, n) => {
      const click = clickNumber(from + n);
      return producer.send({ topic, key: Buffer.from(keyOf(click)), value: encode(click) });
    });
    await Promise.all(sends);
    await producer.close();
  };

  const clickIn = ({ value }: LogRecord): Click => clickType.decode((value ?? Buffer.alloc(0)).subarray(5));

  const undelivered = async (): Promise<number> => {
    const admin = await cluster.admin();
    const places = Array.from({ length: partitions }, (_, partition) => ({ topic: deliveryTopic, partition }));
    const committed = await admin.committed(`clicks-${run}.hook.delivery`, places);
    const ends = await Promise.all(places.map(async (place) => (await admin.watermarks(place, 'committed')).high));
    await admin.close();
    return ends.reduce((sum, end, partition) => sum + end - (committed.find((each) => each.partition === partition)?.offset ?? 0), 0);
  };

  it('brings the receiver every record once by its key, though processes are killed amid requests and the receiver fails by lot', async () => {
    const draw = seeded(7);
    const acts = [act('cut early'), act('cut late'), act('half'), answer(500), answer(503, '', { 'retry-after': '0' })];
    const kills = [300, 1_100, 2_000];
    let running = start();
    const dead: Promise<void>[] = [];
    receiver.script = ({ body }) => {
      const next = kills[0];
      if (next !== undefined && receiver.requests.length >= next) {
        kills.shift();
        const doomed = running;
        dead.push(doomed.kill());
        running = start();
        return act('cut late');
      }
      if (isUnwanted(body as Click)) return answer(422, 'not wanted');
      return draw() < 0.05 ? (acts[Math.floor(draw() * acts.length)] ?? taken) : taken;
    };
    await send();
    await until('all have been asked for', () => kills.length === 0 && receiver.requests.length >= count, { within: 180_000 });
    await until('all are handed over', async () => (await undelivered()) === 0, { within: 60_000, every: 200 });
    await Promise.all(dead);
    const records = await readTopic(cluster, deliveryTopic);
    assert.equal(records.length, count);
    const wanted = records.filter((record) => !isUnwanted(clickIn(record)));
    const keyed = wanted.map((record) => [`${deliveryTopic}-${record.partition}-${record.offset}`, clickIn(record).page.id] as const);
    const arrived = [...receiver.taken].map(([key, body]) => [key, (body as Click).page.id] as const);
    assert.deepEqual(new Map(arrived.toSorted()), new Map(keyed.toSorted()));
    for (let user = 0; user < users; user += 1) {
      const ofUser = arrived.map(([, id]) => Number(id)).filter((n) => n % users === user);
      assert.deepEqual(
        ofUser,
        ofUser.toSorted((a, b) => a - b),
      );
    }
    assert.ok(receiver.requests.every(({ headers }) => headers.authorization === `Bearer ${secret}`));
  });

  it('has put what was refused into the dead letter of the delivery', async () => {
    const records = await readTopic(cluster, `millrace.clicks-${run}.hook.dead-letter`);
    assert.deepEqual(
      [...new Set(records.map((record) => Number(clickIn(record).page.id)))].sort((a, b) => a - b),
      [250, 750, 1250, 1750, 2250, 2750],
    );
    assert.ok(records.every(({ headers }) => headerOf(headers, 'millrace.rule')?.toString() === 'http_422'));
  });

  it('tells of itself on its pages, and nowhere of the secret', async () => {
    const running = processes.at(-1);
    assert.ok(running !== undefined);
    const [, url = ''] = await running.printed(/runs: (\S+)\/status/);
    const pages = await Promise.all(
      ['/status', '/metrics', '/graph.mmd', '/graph.json'].map(async (page) => (await fetch(url + page)).text()),
    );
    const { deliveries } = JSON.parse(String(pages[0])) as { readonly deliveries: unknown };
    assert.deepEqual(deliveries, [
      { node: 'hook', endpoint: 'click-hook', topic: deliveryTopic, group: `clicks-${run}.hook.delivery`, trouble: null },
    ]);
    assert.match(String(pages[1]), /millrace_delivery_rows_total\{topology="clicks-\w+",node="hook"\} [1-9]/);
    assert.match(String(pages[2]), />"click-hook"\]/);
    running.signal('SIGTERM');
    const ended = await running.ended;
    assert.equal(ended.code, 0, ended.stderr);
    const printed = processes.map((millrace) => millrace.stdout() + millrace.stderr());
    assert.match(printed.join(), /A step of the delivery failed/);
    assert.ok(![...pages, ...printed].some((text) => text.includes(secret)));
  });

  it('is carried by processes of its own, beside one that leaves deliveries to them', async () => {
    receiver.script = () => taken;
    const before = receiver.taken.size;
    const processing = start(['run'], ['--without-deliveries']);
    const delivering = start(['deliver'], ['--node', 'hook']);
    const [, url = ''] = await processing.printed(/runs: (\S+)\/status/);
    await delivering.printed(/delivers hook: (\S+)\/status/);
    assert.deepEqual((JSON.parse(await (await fetch(`${url}/status`)).text()) as { deliveries: unknown }).deliveries, []);
    await send(count, count + 200);
    await until('the new ones have been taken', () => receiver.taken.size === before + 200, { within: 60_000 });
    for (const millrace of [processing, delivering]) {
      millrace.signal('SIGTERM');
      const { code, stderr } = await millrace.ended;
      assert.equal(code, 0, stderr);
    }
    assert.equal(await undelivered(), 0);
  });

  it('does not start without the address of its endpoint, and says where to give it', async () => {
    await writeFile(path.join(folder, 'endpoints.json'), '{}');
    const ended = await start().ended;
    assert.equal(ended.code, 2);
    assert.match(ended.stderr, /the endpoint "click-hook" has no address: give it in the file of --endpoints \(MILLRACE_ENDPOINTS\)/);
  });
});
