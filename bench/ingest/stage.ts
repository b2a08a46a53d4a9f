import { startEmbeddedRegistry } from '../../pipeline/avro/embedded-registry/start-embedded-registry.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { createWire } from '../../pipeline/avro/wire.ts';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { topics } from '../../topologies/feedback/topics.ts';
import { startKafka } from '../../test/support/kafka.ts';
import { runMillrace } from '../../test/support/millrace.ts';
import { type Served, serve } from './served.ts';

/** Partitions of every topic. */
export const partitions = 8;

/** A Kafka with the topics of the feedback loop, a registry, and the API twice: as it is, and without the call to Kafka. */
export interface IngestStage {
  readonly brokers: string;
  readonly registry: string;
  readonly cluster: Cluster;
  readonly whole: Served;
  readonly bare: Served;
}

/** Declares the signal of the ratings that are sent. */
const declare = async (cluster: Cluster, registry: string): Promise<void> => {
  const { name, type } = topics.referenceSignals;
  const encode = await createWire(httpRegistry({ url: registry })).encoder(name, type);
  const head = { tenant: 'acme', event_id: '0197b3c2-5897-7b2f-8a63-000000000000', schema_version: 1, traceparent: null };
  const stars = { key: 'stars', value_kind: 'NUMBER', min: 1, max: 5, labels: [], description: null } as const;
  const producer = await cluster.producer();
  const value = encode({ ...head, ...stars, version: '1', updated_at: systemClock.now() * 1_000 });
  await producer.send({ topic: name, key: Buffer.from('acme|stars'), value });
  await producer.close();
};

/** Opens the stage, does the work on it, and closes all of it, whatever comes of the work. */
export const onIngestStage = async <T>(work: (stage: IngestStage) => Promise<T>): Promise<T> => {
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const broker = await startKafka();
    closing.push(() => broker.close());
    const brokers = broker.bootstrap;
    const embedded = await startEmbeddedRegistry();
    closing.push(() => embedded.close());
    const registry = embedded.url;
    const made = await runMillrace(['topics', 'feedback', '--kafka', brokers, '--create', '--partitions', String(partitions)]);
    if (made.code !== 0) throw new Error(made.stderr);
    const cluster = kafkaCluster({ brokers, clientId: 'bench-ingest-bare', clock: systemClock });
    closing.push(() => cluster.close());
    await declare(cluster, registry);
    const whole = await serve('whole', { brokers, registry });
    closing.push(() => whole.end());
    const bare = await serve('bare', { brokers, registry });
    closing.push(() => bare.end());
    return await work({ brokers, registry, cluster, whole, bare });
  } finally {
    for (const closeOne of closing.toReversed()) await closeOne();
  }
};
