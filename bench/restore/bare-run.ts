import { newConsumer, promised } from '../../pipeline/cluster/kafka/client.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { LogRecord } from '../../pipeline/core/ports/cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { changelog, partitions } from './job.ts';

const [brokers = ''] = process.argv.slice(2);
const places = Array.from({ length: partitions }, (_, partition) => ({ topic: changelog, partition }));

/** Reads the changelog with the client's `consume(5000)` and does nothing with it. */
const cluster = kafkaCluster({ brokers, clientId: 'bench-bare', clock: systemClock });
const admin = await cluster.admin();
const ends = await Promise.all(places.map(async (place) => (await admin.watermarks(place, 'uncommitted')).high));
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
consumer.assign(places.map((place) => ({ ...place, offset: 0 })));
let records = 0;
const open = new Set(places.map(({ partition }) => partition));
while (open.size > 0) {
  const batch = await promised<LogRecord[]>((callback) => consumer.consume(5_000, callback));
  records += batch.length;
  // The last offset of each is that of a transaction's marker.
  for (const { partition, offset } of batch) if (offset >= (ends[partition] ?? 0) - 2) open.delete(partition);
}
const wallMs = performance.now() - started;
const cpu = process.cpuUsage(cpuBefore);
console.log(JSON.stringify({ records, wallMs, cpuMs: (cpu.user + cpu.system) / 1_000 }));
process.exit(0);
