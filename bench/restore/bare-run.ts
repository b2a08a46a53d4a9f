import { newConsumer, promised } from '../../pipeline/cluster/kafka/client.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { LogRecord } from '../../pipeline/core/ports/cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { changelog } from './job.ts';

const [brokers = ''] = process.argv.slice(2);
const place = { topic: changelog, partition: 0 };

/** Reads the changelog with the client's `consume(5000)` and does nothing with it. */
const cluster = kafkaCluster({ brokers, clientId: 'bench-bare', clock: systemClock });
const admin = await cluster.admin();
const { high } = await admin.watermarks(place, 'uncommitted');
await cluster.close();
const consumer = await newConsumer({
  'bootstrap.servers': brokers,
  'group.id': 'bench-bare',
  'isolation.level': 'read_committed',
  'enable.auto.commit': false,
  'auto.offset.reset': 'earliest',
});
await promised((callback) => consumer.connect({ timeout: 30_000 }, callback));
consumer.setDefaultConsumeTimeout(100);
const cpuBefore = process.cpuUsage();
const started = performance.now();
consumer.assign([{ ...place, offset: 0 }]);
let records = 0;
// The last offset is that of a transaction's marker.
for (let last = 0; last < high - 2;) {
  const batch = await promised<LogRecord[]>((callback) => consumer.consume(5_000, callback));
  records += batch.length;
  last = batch.at(-1)?.offset ?? last;
}
const wallMs = performance.now() - started;
const cpu = process.cpuUsage(cpuBefore);
console.log(JSON.stringify({ records, wallMs, cpuMs: (cpu.user + cpu.system) / 1_000 }));
process.exit(0);
