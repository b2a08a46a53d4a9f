import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedRegistry } from '../../pipeline/avro/embedded-registry/start-embedded-registry.ts';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { createWire } from '../../pipeline/avro/wire.ts';
import { startClickHouseServer } from '../../pipeline/clickhouse/server/start-clickhouse-server.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { startKafka } from '../../test/support/kafka.ts';
import { type Millrace, runMillrace, startMillrace } from '../../test/support/millrace.ts';
import { topics } from '../../topologies/feedback/topics.ts';
import { Arrivals } from './arrivals.ts';
import { openExchange } from './exchange.ts';
import { bareTopic, Load } from './load.ts';

/** Partitions of every topic. */
export const partitions = 8;

const trained = Object.values(topics.training).map(({ name }) => name);

/** A Kafka, a registry and a ClickHouse, with the topics of the feedback topology, a sender and a subscriber of the training topics. */
export interface LatencyStage {
  readonly load: Load;
  readonly arrivals: Arrivals;
  /** Reads the topic that nothing stands between but the broker. */
  readonly bare: Arrivals;
  /** Starts a process of the feedback topology under this slot; resolves when it runs. */
  readonly start: (slot: string) => Promise<Millrace>;
}

const makeTopics = async (cluster: Cluster, brokers: string): Promise<void> => {
  const made = await runMillrace(['topics', 'feedback', '--kafka', brokers, '--create', '--partitions', String(partitions)]);
  if (made.code !== 0) throw new Error(made.stderr);
  const admin = await cluster.admin();
  await admin.createTopics([{ topic: bareTopic, partitions }]);
  await admin.close();
};

/** Opens the stage, does the work on it, and closes all of it, whatever comes of the work. */
export const onStage = async <T>(work: (stage: LatencyStage) => Promise<T>): Promise<T> => {
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const folder = await mkdtemp(path.join(tmpdir(), 'millrace-latency-'));
    closing.push(() => rm(folder, { recursive: true, force: true }));
    const broker = await startKafka();
    closing.push(() => broker.close());
    const registry = await startEmbeddedRegistry();
    closing.push(() => registry.close());
    const clickhouse = await startClickHouseServer({ path: path.join(folder, 'clickhouse') });
    closing.push(() => clickhouse.stop());
    const cluster = kafkaCluster({ brokers: broker.bootstrap, clientId: 'bench-latency', clock: systemClock });
    closing.push(() => cluster.close());
    await makeTopics(cluster, broker.bootstrap);
    const exchange = await openExchange(createWire(httpRegistry({ url: registry.url })));
    const load = new Load(exchange, await cluster.producer(), systemClock);
    await load.prepare();
    const arrivals = await Arrivals.open(cluster, trained, partitions);
    closing.push(() => arrivals.close());
    const bare = await Arrivals.open(cluster, [bareTopic], partitions);
    closing.push(() => bare.close());
    const services = ['--kafka', broker.bootstrap, '--registry', registry.url, '--clickhouse', clickhouse.url];
    const start = async (slot: string): Promise<Millrace> => {
      const process = startMillrace([
        'run',
        'feedback',
        ...services,
        '--slot',
        slot,
        '--migrate',
        '--health-port',
        '0',
        '--log-level',
        'warn',
      ]);
      closing.push(() => process.kill());
      await process.printed(/runs: (\S+)\/status/);
      return process;
    };
    return await work({ load, arrivals, bare, start });
  } finally {
    for (const close of closing.toReversed()) await close();
  }
};
