/** Where a test broker listens and keeps its data. */
export interface Place {
  readonly port: number;
  readonly controllerPort: number;
  readonly data: string;
}

/**
 * The configuration of a broker for tests: one node for both roles, nothing replicated, groups without a delay before their first
 * assignment, and members and transactions that are given up within seconds when their process is killed.
 */
const forTests = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.listener.names': 'CONTROLLER',
  'auto.create.topics.enable': 'false',
  'default.replication.factor': '1',
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '4',
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': '1000',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  'share.coordinator.state.topic.num.partitions': '1',
  'group.initial.rebalance.delay.ms': '0',
  'group.min.session.timeout.ms': '1000',
  'group.consumer.min.session.timeout.ms': '1000',
  'group.consumer.session.timeout.ms': '6000',
  'group.consumer.min.heartbeat.interval.ms': '500',
  'group.consumer.heartbeat.interval.ms': '1000',
  'log.index.size.max.bytes': '1048576',
};

/** The text of a `server.properties`; `extra` wins over what is usual for tests. */
export const kafkaProperties = ({ port, controllerPort, data }: Place, extra: Readonly<Record<string, string>>): string =>
  Object.entries({
    ...forTests,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'log.dirs': data,
    ...extra,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
