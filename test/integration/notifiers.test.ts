import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EmbeddedRegistry, startEmbeddedRegistry } from '../../pipeline/avro/embedded-registry/start-embedded-registry.ts';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { createWire } from '../../pipeline/avro/wire.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import { keyReader } from '../../pipeline/core/key.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { readTopic } from '../../pipeline/testing/drive/read-topic.ts';
import type { QualityAlert } from '../../schemas/generated/quality-alert.ts';
import { modelAlerts } from '../../topologies/feedback/alerts/model-alerts.ts';
import { FakeApi } from '../services/actuators/fake-api.ts';
import { noticeOf } from '../services/notifiers/notices.ts';
import { type KafkaBroker, startKafka } from '../support/kafka.ts';
import { type Millrace, startMillrace } from '../support/millrace.ts';
import { prepared } from '../support/prepared.ts';
import { skipBecause } from '../support/skip-because.ts';
import { until } from '../support/until.ts';

const soon = { 'group.consumer.session.timeout.ms': '2000', 'group.consumer.heartbeat.interval.ms': '500' };
const idOf = (nth: number): string => `b4e1b9d2-3c0f-5a43-9d5c-6f1f0c6b5a${10 + nth}`;

describe('millrace notify on Kafka', function () {
  this.timeout(120_000);
  const running: Millrace[] = [];
  let kafka: KafkaBroker | undefined;
  let registry: EmbeddedRegistry;
  let cluster: Cluster;
  let receiver: FakeApi;
  let folder: string;

  before(async function () {
    const found = prepared('kafka');
    if ('missing' in found) skipBecause(this, `Apache Kafka: ${found.missing}`);
    [kafka, registry, receiver] = await Promise.all([startKafka(soon), startEmbeddedRegistry(), FakeApi.start()]);
    cluster = kafkaCluster({ brokers: kafka.bootstrap, clientId: 'notifiers-test', clock: systemClock });
    folder = await mkdtemp(path.join(tmpdir(), 'millrace-notifiers-'));
    const admin = await cluster.admin();
    await admin.createTopics([{ topic: modelAlerts.name, partitions: 1 }]);
    await admin.close();
  });

  after(async () => {
    for (const each of running) await each.kill();
    if (kafka === undefined) return;
    await receiver.stop();
    await cluster.close();
    await registry.close();
    await kafka.close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (): Promise<Millrace> => {
    const file = path.join(folder, 'notifiers.json');
    await writeFile(path.join(folder, 'secret'), 'a-secret-of-sixteen\n');
    const hook = { kind: 'webhook', tenant: 'acme', url: receiver.url, secretFile: path.join(folder, 'secret') };
    await writeFile(file, JSON.stringify({ hook }));
    const env = { MILLRACE_KAFKA: kafka?.bootstrap ?? '', MILLRACE_REGISTRY: registry.url, MILLRACE_HEALTH_PORT: '0' };
    const millrace = startMillrace(['notify', file], { env });
    running.push(millrace);
    return millrace;
  };

  const produce = async (...alerts: ReadonlyArray<QualityAlert>): Promise<void> => {
    const encode = await createWire(httpRegistry({ url: registry.url })).encoder(modelAlerts.name, modelAlerts.type);
    const producer = await cluster.producer();
    const keyOf = keyReader(modelAlerts.key);
    for (const alert of alerts) await producer.send({ topic: modelAlerts.name, key: Buffer.from(keyOf(alert)), value: encode(alert) });
    await producer.close();
  };

  const taken = new Set<string>();

  it('tells of every alert although it is killed and the receiver fails, and keeps what is refused', async () => {
    const first = await start();
    let fails = 2;
    receiver.script = ({ headers, body }) => {
      const { signal } = JSON.parse(body) as QualityAlert;
      if (signal === 'refused') return { status: 422, body: 'not this one' };
      fails -= 1;
      if (fails >= 0) return { status: 503 };
      taken.add(String(headers['idempotency-key']));
      return { status: 200 };
    };
    await produce(...[0, 1].map((nth) => noticeOf({ event_id: idOf(nth) })));
    await until('both were taken', () => taken.size === 2, { within: 60_000 });
    await first.kill();
    await produce(
      noticeOf({ event_id: idOf(2), signal: 'refused' }),
      noticeOf({ event_id: idOf(3) }),
      noticeOf({ event_id: idOf(4), tenant: 'other' }),
    );
    const second = await start();
    await until('the last was taken', () => taken.has(idOf(3)), { within: 60_000 });
    second.signal('SIGTERM');
    assert.equal((await second.ended).code, 0);
    assert.deepEqual([...taken].sort(), [0, 1, 3].map(idOf));
    const letters = await readTopic(cluster, 'millrace.notify.hook.dead-letter');
    assert.equal(letters.length, 1);
  });
});
