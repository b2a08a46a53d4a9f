import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createWire } from '../../pipeline/avro/wire.ts';
import { memoryRegistry } from '../../pipeline/avro/memory-registry.ts';
import { recordType } from '../../pipeline/avro/record-type.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import { noLog } from '../../pipeline/core/ports/log.ts';
import { noMeter } from '../../pipeline/core/ports/meter.ts';
import { keyReader } from '../../pipeline/core/key.ts';
import { rawTopic, topic } from '../../pipeline/core/topic.ts';
import { topology } from '../../pipeline/core/topology.ts';
import { Runner } from '../../pipeline/runtime/runner.ts';
import { defaultSettings } from '../../pipeline/runtime/settings.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { memoryStore } from '../../pipeline/state/memory-store.ts';
import { readTopic } from '../../pipeline/testing/drive/read-topic.ts';
import { filter } from '../../operators/filter.ts';
import { kafkaFor } from '../support/kafka.ts';
import { until } from '../support/until.ts';

interface Click {
  readonly user: string;
  readonly paid: boolean;
  readonly at: number;
}

const click = recordType<Click>({
  type: 'record',
  name: 'Click',
  fields: [
    { name: 'user', type: 'string' },
    { name: 'paid', type: 'boolean' },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
  ],
});

const records = 3_000;
const partitions = 4;
const start = Date.UTC(2024, 0, 1);

describe('a runner on Kafka', function () {
  this.timeout(60_000);
  let cluster: Cluster;

  before(async function () {
    const bootstrap = await kafkaFor(this);
    cluster = kafkaCluster({ brokers: bootstrap, clientId: 'runner-test', clock: systemClock });
  });

  after(async () => {
    await cluster.close();
  });

  it('takes records from source to sink exactly once over a restart', async () => {
    const run = randomUUID().slice(0, 8);
    const clicked = topic(`clicked-${run}`, { type: click, key: ['user'], time: 'at' });
    const paidClicks = topic(`paid-${run}`, { type: click, key: ['user'], time: 'at' });
    const paid = topology(`paid-${run}`, { deadLetter: rawTopic(`dead-${run}`) }, (t) => {
      t.source('in', clicked)
        .pipe(filter('only-paid', (value) => value.paid))
        .to('out', paidClicks);
    });
    const admin = await cluster.admin();
    await admin.createTopics([clicked.name, paidClicks.name, `dead-${run}`].map((name) => ({ topic: name, partitions })));
    await admin.close();
    const wire = createWire(memoryRegistry());
    const encode = await wire.encoder(clicked.name, click);
    const keyOf = keyReader(clicked.key);
    const producer = await cluster.producer();
    const produce = async (from: number): Promise<void> => {
      for (let n = from; n < from + records; n += 1) {
        const value = { user: `u${n % 97}`, paid: n % 3 !== 0, at: start + n };
        void producer.send({ topic: clicked.name, key: Buffer.from(keyOf(value)), value: encode(value) });
      }
      await producer.flush();
    };
    const open = (slot: string): Promise<Runner> =>
      Runner.start(
        paid,
        { cluster, wire, clock: systemClock, meter: noMeter, log: noLog, makeStore: (spec, { node }) => memoryStore(spec, { node }) },
        { ...defaultSettings, slot },
      );
    const drain = async (runner: Runner, wanted: number): Promise<void> => {
      let fed = 0;
      await until('all are fed', async () => (fed += await runner.step(50)) >= wanted, { within: 30_000, every: 0 });
      await runner.close();
    };
    await produce(0);
    await drain(await open('0'), records);
    await produce(records);
    await drain(await open('0'), records);
    const out = await readTopic(cluster, paidClicks.name);
    const times = out.map((record) => click.decode(record.value!.subarray(5)).at - start).sort((a, b) => a - b);
    assert.deepEqual(
      times,
      Array.from({ length: 2 * records }, (_, n) => n).filter((n) => n % 3 !== 0),
    );
  });
});
