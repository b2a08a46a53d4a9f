import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { createWire } from '../../pipeline/avro/wire.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import type { Log } from '../../pipeline/core/ports/log.ts';
import type { Wire } from '../../pipeline/core/ports/wire.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import type { Settings } from '../cli/setting-table.ts';
import { kafkaSecurity, registryAccess } from '../services/credentials.ts';

const second = 1_000;

/** Room for what a client of Kafka adds to the time that a record may take, in ms. */
const atLeast = 5_000;

/** Opens the brokers and the registry of the ingestion API. A record that is not confirmed in twice the time that a client waits is given up. */
export const openLog = async (settings: Settings, log: Log): Promise<{ readonly cluster: Cluster; readonly wire: Wire }> => {
  const { kafkaCluster } = await import('../../pipeline/cluster/kafka/kafka-cluster.ts');
  const wire = createWire(httpRegistry({ url: settings.registry ?? '', ...(await registryAccess(settings)) }));
  const cluster = kafkaCluster({
    brokers: settings.kafka ?? '',
    clientId: `millrace-ingest-${settings.slot ?? '0'}`,
    clock: systemClock,
    log,
    security: kafkaSecurity(settings),
    producerSettings: { 'message.timeout.ms': Math.max(atLeast, 2 * settings.ackSeconds * second) },
  });
  return { cluster, wire };
};
