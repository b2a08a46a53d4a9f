import { memoryRegistry } from '../../../pipeline/avro/memory-registry.ts';
import { createWire } from '../../../pipeline/avro/wire.ts';
import type { MemoryFaults } from '../../../pipeline/cluster/memory/faults.ts';
import { type MemoryCluster, memoryCluster } from '../../../pipeline/cluster/memory/memory-cluster.ts';
import { keyReader } from '../../../pipeline/core/key.ts';
import type { Clock } from '../../../pipeline/core/ports/clock.ts';
import type { Wire } from '../../../pipeline/core/ports/wire.ts';
import type { Topic } from '../../../pipeline/core/topic.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { signalsOf } from './reference/declared.ts';

/** Writes values into a topic. */
export type Put = <T>(topic: Topic<T>, ...values: ReadonlyArray<T>) => Promise<void>;

/** A cluster in memory that an API can start on. */
export interface PreparedCluster {
  readonly cluster: MemoryCluster;
  readonly wire: Wire;
  readonly put: Put;
}

const names = [topics.feedbackReceived, topics.inferenceLogged, topics.referenceSignals, topics.referenceBlocklist].map(({ name }) => name);

/** Faults that strike the API alone, and not who prepares its topics. */
const ofTheApi = (faults: MemoryFaults): MemoryFaults => ({
  before: (step) => (step.client === 'ingest' ? faults.before?.(step) : undefined),
  after: (step) => (step.client === 'ingest' ? faults.after?.(step) : undefined),
});

/** Makes the topics, unless it is to be `bare`, and declares the signals of the fixtures for both tenants, with any labels. */
export const preparedCluster = async (clock: Clock, faults: MemoryFaults = {}, bare = false): Promise<PreparedCluster> => {
  const cluster = memoryCluster({ clock, faults: ofTheApi(faults) });
  const wire = createWire(memoryRegistry());
  const producer = await cluster.producer();
  const put: Put = async (topic, ...values) => {
    const encode = await wire.encoder(topic.name, topic.type);
    const keyOf = keyReader(topic.key);
    for (const value of values) await producer.send({ topic: topic.name, key: Buffer.from(keyOf(value)), value: encode(value) });
  };
  if (bare) return { cluster, wire, put };
  await (await cluster.admin()).createTopics(names.map((topic) => ({ topic, partitions: 1 })));
  for (const tenant of ['acme', 'globex']) await put(topics.referenceSignals, ...signalsOf(tenant, []));
  return { cluster, wire, put };
};
