import type { Cluster, GroupConsumer, TransactionalProducer } from '../../core/ports/cluster.ts';
import { RangedConsumer } from './ranged-consumer.ts';
import type { PartitionRange } from './replay-range.ts';

const unwrapped = (consumer: GroupConsumer): GroupConsumer => (consumer instanceof RangedConsumer ? consumer.inner : consumer);

const rangedProducer = (producer: TransactionalProducer): TransactionalProducer => ({
  begin: () => producer.begin(),
  produce: (record) => producer.produce(record),
  drain: () => producer.drain(),
  sendOffsets: (consumer, offsets) => producer.sendOffsets(unwrapped(consumer), offsets),
  commit: () => producer.commit(),
  abort: () => producer.abort(),
  close: () => producer.close(),
});

/** A cluster in which the members of groups see of these partitions their ranges only. Everything else is as it is. */
export const rangedCluster = (cluster: Cluster, ranges: ReadonlyArray<PartitionRange>): Cluster => ({
  traits: cluster.traits,
  admin: () => cluster.admin(),
  groupConsumer: async (options) => {
    const consumer = new RangedConsumer(ranges);
    consumer.inner = await cluster.groupConsumer({ ...options, listener: consumer.listening(options.listener) });
    return consumer;
  },
  transactionalProducer: async (transactionalId) => rangedProducer(await cluster.transactionalProducer(transactionalId)),
  producer: () => cluster.producer(),
  reader: (isolation) => cluster.reader(isolation),
  close: () => cluster.close(),
});
