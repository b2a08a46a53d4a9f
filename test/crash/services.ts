import path from 'node:path';
import { openClickHouse } from '../../pipeline/clickhouse/client.ts';
import { type ClickHouseServer, startClickHouseServer } from '../../pipeline/clickhouse/server/start-clickhouse-server.ts';
import { type KafkaBroker, startKafka } from '../support/kafka.ts';
import { type Registry, startRegistry } from '../support/registry.ts';

/** What the topology stands on, each a process of its own on the loopback address. */
export interface CrashServices {
  readonly broker: KafkaBroker;
  readonly registry: Registry;
  readonly clickhouse: ClickHouseServer;
  /** The URL of the database in it. */
  readonly database: string;
  readonly close: () => Promise<void>;
}

const createDatabase = async (url: string): Promise<string> => {
  const db = await openClickHouse({ url });
  try {
    await db.command('CREATE DATABASE crash');
    return `${url}/crash`;
  } finally {
    await db.close();
  }
};

/** Starts broker, registry and ClickHouse; the data of the broker and of ClickHouse lie in `folder`. */
export const startCrashServices = async (folder: string): Promise<CrashServices> => {
  const broker = await startKafka({ 'log.dirs': path.join(folder, 'kafka') });
  const registry = await startRegistry();
  const clickhouse = await startClickHouseServer({ path: path.join(folder, 'clickhouse') });
  const database = await createDatabase(clickhouse.url);
  const close = async (): Promise<void> => {
    await clickhouse.kill();
    await registry.close();
    await broker.close();
  };
  return { broker, registry, clickhouse, database, close };
};
