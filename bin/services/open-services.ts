import { createWire } from '../../pipeline/avro/wire.ts';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { startEmbeddedRegistry } from '../../pipeline/avro/embedded-registry/start-embedded-registry.ts';
import { openClickHouse } from '../../pipeline/clickhouse/client.ts';
import type { ClickHouse } from '../../pipeline/clickhouse/clickhouse.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import type { Log } from '../../pipeline/core/ports/log.ts';
import type { Wire } from '../../pipeline/core/ports/wire.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import type { Settings } from '../cli/setting-table.ts';
import { clickHouseAccess, kafkaSecurity, registryAccess } from './credentials.ts';
import { openReceivers } from './open-receivers.ts';
import type { Services } from './services.ts';

/** A service that is open, and how to close it. */
interface Opened<T> {
  readonly port: T;
  readonly address: string;
  readonly close: () => Promise<void>;
}

const clientId = (settings: Settings): string => `millrace-${settings.slot ?? '0'}`;

/** The Kafka client is native code: it is loaded by those who need it only. */
const openCluster = async (settings: Settings, log: Log): Promise<Opened<Cluster>> => {
  const { kafkaCluster } = await import('../../pipeline/cluster/kafka/kafka-cluster.ts');
  const common = { clientId: clientId(settings), clock: systemClock, log };
  if (settings.kafka !== undefined) {
    const security = kafkaSecurity(settings);
    const cluster = kafkaCluster({ ...common, brokers: settings.kafka, security, readerGroup: settings.group });
    return { port: cluster, address: settings.kafka, close: () => cluster.close() };
  }
  const { startMockCluster } = await import('../../pipeline/cluster/kafka/start-mock-cluster.ts');
  const mock = await startMockCluster();
  const cluster = kafkaCluster({ ...common, brokers: mock.brokers, mock: true });
  const close = async (): Promise<void> => {
    await cluster.close();
    await mock.stop();
  };
  return { port: cluster, address: `${mock.brokers} (embedded)`, close };
};

const openWire = async (settings: Settings): Promise<Opened<Wire>> => {
  if (settings.registry !== undefined) {
    const access = await registryAccess(settings);
    return {
      port: createWire(httpRegistry({ url: settings.registry, ...access })),
      address: settings.registry,
      close: () => Promise.resolve(),
    };
  }
  const registry = await startEmbeddedRegistry();
  return { port: createWire(httpRegistry({ url: registry.url })), address: `${registry.url} (embedded)`, close: () => registry.close() };
};

const openDatabase = async (settings: Settings, dataPath: string | undefined): Promise<Opened<ClickHouse | undefined>> => {
  if (settings.clickhouse === undefined && dataPath === undefined)
    return { port: undefined, address: 'none', close: () => Promise.resolve() };
  const db = await openClickHouse({ url: settings.clickhouse ?? `chdb:${dataPath}`, ...(await clickHouseAccess(settings)) });
  const address = settings.clickhouse === undefined ? 'in process (chDB)' : db.address;
  return { port: db, address, close: () => db.close() };
};

/**
 * Opens the services that the settings name, and embedded ones in place of those that they do not: a broker and a registry in memory, and
 * ClickHouse in this process with its data under `dataPath`, none at all without that path.
 */
export const openServices = async (settings: Settings, log: Log, dataPath?: string): Promise<Services> => {
  const opened: Services['close'][] = [];
  const close = async (): Promise<void> => {
    for (const one of opened.toReversed()) await one();
  };
  const kept = async <T>(opening: Promise<Opened<T>>): Promise<Opened<T>> => {
    const service = await opening;
    opened.push(service.close);
    return service;
  };
  try {
    const receivers = await openReceivers(settings);
    const clickhouse = await kept(openDatabase(settings, dataPath));
    const wire = await kept(openWire(settings));
    const cluster = await kept(openCluster(settings, log));
    return {
      cluster: cluster.port,
      wire: wire.port,
      clickhouse: clickhouse.port,
      receivers,
      clock: systemClock,
      log,
      addresses: { kafka: cluster.address, registry: wire.address, clickhouse: clickhouse.address },
      isMock: settings.kafka === undefined,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
