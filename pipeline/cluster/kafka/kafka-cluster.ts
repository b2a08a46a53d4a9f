import { MillraceError } from '../../core/errors.ts';
import type { Cluster } from '../../core/ports/cluster.ts';
import { Closables } from '../closables.ts';
import { Control } from './control.ts';
import { openAdmin } from './kafka-admin.ts';
import { KafkaGroupConsumer } from './kafka-group-consumer.ts';
import { connectionOf, type KafkaClusterOptions } from './kafka-options.ts';
import { openProducer } from './kafka-producer.ts';
import { openReader } from './kafka-reader.ts';
import { openTransactionalProducer } from './kafka-transactional-producer.ts';
import { openMockAdmin } from './mock-admin.ts';
import type { Surroundings } from './surroundings.ts';

const open = async (options: KafkaClusterOptions, made: Closables): Promise<Surroundings> => {
  const connection = await connectionOf(options);
  const classic = options.mock === true || options.groupProtocol === 'classic';
  return { connection, made, control: await Control.connect(connection), protocol: { current: classic ? 'classic' : 'consumer' } };
};

/**
 * A Kafka cluster through librdkafka. Connects with the first call, which throws `cluster_unavailable` or `not_authorized` if that fails.
 *
 * Every call that waits on librdkafka holds a thread of Node's pool meanwhile: start the process with `UV_THREADPOOL_SIZE` of at least
 * four and one more for each consumer, reader and producer that is used at the same time.
 *
 * @example const cluster = kafkaCluster({ brokers: 'localhost:9092', clientId: 'feedback-0', clock: systemClock });
 */
export const kafkaCluster = (options: KafkaClusterOptions): Cluster => {
  const made = new Closables();
  let opened: Promise<Surroundings> | undefined;
  let closed = false;
  const around = (): Promise<Surroundings> => {
    if (closed) throw new MillraceError('engine_defect', 'The cluster is closed.');
    opened ??= open(options, made).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  return {
    traits: { transactions: options.mock !== true, createTopics: options.mock !== true },
    admin: async () => {
      const { control } = await around();
      return options.mock === true ? openMockAdmin(control) : openAdmin(control, options.clock);
    },
    groupConsumer: async (group) => KafkaGroupConsumer.open(await around(), group),
    transactionalProducer: async (id) => openTransactionalProducer(await around(), id),
    producer: async () => openProducer(await around()),
    reader: async (isolation) => openReader(await around(), isolation),
    close: async () => {
      if (closed) return;
      closed = true;
      try {
        await made.close();
      } finally {
        await (await opened)?.control.close();
      }
    },
  };
};
