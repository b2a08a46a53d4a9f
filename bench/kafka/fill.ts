import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { createWire } from '../../pipeline/avro/wire.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { minute, partitions, scoreOf, scoreType } from './job.ts';

const [brokers = '', registry = '', total = '0'] = process.argv.slice(2);
const most = 20_000;

/** Event times are of the last quarter of an hour: results that carry them as Kafka's time are not eaten by retention. */
const start = Math.floor(Date.now() / minute - 15) * minute;

/** Creates the topic of the input and writes it. */
const cluster = kafkaCluster({ brokers, clientId: 'bench-fill', clock: systemClock });
const admin = await cluster.admin();
await admin.createTopics([{ topic: 'bench.scores', partitions }]);
await admin.close();
const encode = await createWire(httpRegistry({ url: registry })).encoder('bench.scores', scoreType);
const producer = await cluster.producer();
let sending: Promise<unknown>[] = [];
for (let n = 0; n < Number(total); n += 1) {
  const value = scoreOf(n, Number(total), start);
  sending.push(producer.send({ topic: 'bench.scores', key: Buffer.from(value.id), value: encode(value) }));
  if (sending.length < most) continue;
  await Promise.all(sending);
  sending = [];
}
await Promise.all(sending);
await cluster.close();
console.log('null');
