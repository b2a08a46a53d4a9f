import { done, newProducer, promised, type Metadata } from './client.ts';

/** A Kafka inside this process, for trying things out: librdkafka's mock cluster. */
export interface MockCluster {
  /** What `kafkaCluster` takes as `brokers`. */
  readonly brokers: string;
  /** Everything in it is gone after this. */
  stop(): Promise<void>;
}

/**
 * Starts a mock cluster. Topics come to be on first use, with four partitions; a partition keeps its last 5 MiB or 100,000 records;
 * readers are not isolated from transactions; a group's first members wait three seconds for others.
 */
export const startMockCluster = async ({ brokers = 1 }: { readonly brokers?: number | undefined } = {}): Promise<MockCluster> => {
  const host = await newProducer({ 'test.mock.num.brokers': brokers, 'client.id': 'mock-cluster' });
  const metadata = await promised<Metadata>((callback) => host.connect({ timeout: 10_000 }, callback));
  return {
    brokers: metadata.brokers.map((broker) => `${broker.host}:${broker.port}`).join(','),
    stop: async () => {
      await done((callback) => host.disconnect(0, callback));
    },
  };
};
