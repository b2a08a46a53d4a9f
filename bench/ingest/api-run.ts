import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { createWire } from '../../pipeline/avro/wire.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { Cluster, PlainProducer } from '../../pipeline/core/ports/cluster.ts';
import { jsonLog } from '../../pipeline/runtime/logger.ts';
import { prometheusMeter } from '../../pipeline/runtime/prometheus-meter.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { KeyRing } from '../../services/ingest/auth/key-ring.ts';
import { newKey } from '../../services/ingest/auth/new-key.ts';
import { defaultIngestSettings } from '../../services/ingest/ingest-settings.ts';
import { Lateness } from '../../services/ingest/log/lateness.ts';
import { startIngest } from '../../services/ingest/start-ingest.ts';

/**
 * The ingestion API as `millrace ingest` runs it. As `bare` it is the same to the last line, but that a record which is ready is not given to
 * Kafka: it counts as acknowledged at once.
 */
const [brokers = '', registry = '', kind = 'whole'] = process.argv.slice(2);

const nothing: PlainProducer = {
  send: ({ topic }) => Promise.resolve({ topic, partition: 0, offset: 0 }),
  flush: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

const kafka = kafkaCluster({ brokers, clientId: 'bench-ingest', clock: systemClock });
const cluster: Cluster = kind === 'bare' ? { ...kafka, producer: () => Promise.resolve(nothing) } : kafka;
const { key, stored } = newKey({ tenant: 'acme', scopes: ['write_feedback', 'write_inference'], now: systemClock.now() });
const ring = new KeyRing([stored]);
const lateness = new Lateness(systemClock);
const api = await startIngest(
  {
    cluster,
    wire: createWire(httpRegistry({ url: registry })),
    clock: systemClock,
    log: jsonLog('warn'),
    meter: prometheusMeter(),
    ring: () => ring,
    isLate: () => lateness.isLate(),
  },
  { ...defaultIngestSettings, rates: {}, address: { host: '127.0.0.1', port: 0 } },
);
console.log(JSON.stringify({ url: api.url, key }));
process.stdin.on('close', () => process.exit(0)).resume();
