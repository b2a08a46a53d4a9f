import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { createWire } from '../../pipeline/avro/wire.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { partitions, scoreOf, scoreType, topicsOf } from './job.ts';

const [brokers = '', registry = '', total = '0', ...runs] = process.argv.slice(2);
const start = Date.UTC(2024, 0, 1);
const most = 20_000;

/** Creates the topics of all runs and writes the input once. */
const cluster = kafkaCluster({ brokers, clientId: 'bench-fill', clock: systemClock });
const admin = await cluster.admin();
const outputs = runs.map(topicsOf).flatMap(({ valid, sums, deadLetter }) => [valid.name, sums.name, deadLetter.name]);
await admin.createTopics([...new Set(['bench.scores', ...outputs])].map((topic) => ({ topic, partitions })));
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
