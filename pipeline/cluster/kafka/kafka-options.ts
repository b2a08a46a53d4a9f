import type { Clock } from '../../core/ports/clock.ts';
import type { GroupOptions } from '../../core/ports/cluster.ts';
import { type Log, noLog } from '../../core/ports/log.ts';
import type { Settings } from './client.ts';
import { type Security, securitySettings } from './security.ts';
import { type TroubleReport, troubleReport } from './trouble-report.ts';

/** How members join their groups: `consumer` is KIP-848, `classic` what came before; `auto` takes the first that the broker has. */
export type GroupProtocol = 'auto' | 'consumer' | 'classic';

/** How to reach a Kafka cluster and behave there; times in ms. */
export interface KafkaClusterOptions {
  /** `host:port`, several with commas. */
  readonly brokers: string;
  /** Names this process in the brokers' logs, metrics and quotas. */
  readonly clientId: string;
  readonly clock: Clock;
  readonly security?: Security | undefined;
  readonly log?: Log | undefined;
  /** The brokers are librdkafka's mock cluster: no isolation, no topics by order, offsets of transactions are committed after them. */
  readonly mock?: boolean | undefined;
  readonly groupProtocol?: GroupProtocol | undefined;
  /** The name of a group for readers, which join none: one that we may describe, where brokers ask. `<clientId>-reader` if left out. */
  readonly readerGroup?: string | undefined;
  /** After how long without a heartbeat a member of a classic group is given up; 45,000. Under KIP-848 the broker decides. */
  readonly sessionTimeoutMs?: number | undefined;
  /** After how long without `poll` a member gives itself up; 300,000. */
  readonly maxPollIntervalMs?: number | undefined;
  /** Kafka's `transaction.timeout.ms`; 10,000. */
  readonly transactionTimeoutMs?: number | undefined;
  /** How long to wait for the first answer of a broker; 30,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Settings of librdkafka that win over those chosen here. */
  readonly consumerSettings?: Settings | undefined;
  readonly producerSettings?: Settings | undefined;
}

/** The options with every default in place, and what all clients share. Holds secrets: not to be logged. */
export interface Connection extends KafkaClusterOptions {
  readonly log: Log;
  readonly connectTimeoutMs: number;
  readonly transactionTimeoutMs: number;
  /** Takes what clients say between calls. */
  readonly report: TroubleReport;
  readonly shared: Settings;
}

/** Reads the secrets and fills in the defaults. */
export const connectionOf = async (options: KafkaClusterOptions): Promise<Connection> => ({
  ...options,
  log: options.log ?? noLog,
  connectTimeoutMs: options.connectTimeoutMs ?? 30_000,
  transactionTimeoutMs: options.transactionTimeoutMs ?? 10_000,
  report: troubleReport(options.clientId, options.clock, options.log ?? noLog),
  shared: {
    'bootstrap.servers': options.brokers,
    'client.id': options.clientId,
    'reconnect.backoff.max.ms': 2000,
    'socket.nagle.disable': true,
    ...(options.security === undefined ? {} : await securitySettings(options.security)),
  },
});

/** What consumers of groups and readers share. */
export const consumerSettings = (connection: Connection): Settings => ({
  ...connection.shared,
  'enable.auto.commit': false,
  'enable.auto.offset.store': false,
  'enable.partition.eof': true,
  // A gap must be told, not jumped over; where nothing is committed the start is given with the assignment.
  'auto.offset.reset': 'error',
  'queued.max.messages.kbytes': 32_768,
  // A full queue would otherwise rest for a second, and a partition just assigned would wait out a fetch of half a second.
  'fetch.queue.backoff.ms': 10,
  'fetch.wait.max.ms': 100,
  ...connection.consumerSettings,
});

/** The mock cluster lets members that join wait for about as long as a session, whether somebody is missing or not. */
const mockSessionMs = 3000;

/** A member's settings under a group protocol. */
export const memberSettings = (
  connection: Connection,
  { groupId, instanceId }: Pick<GroupOptions, 'groupId' | 'instanceId'>,
  protocol: 'consumer' | 'classic',
): Settings => {
  const session = connection.sessionTimeoutMs ?? (connection.mock === true ? mockSessionMs : 45_000);
  const classic = {
    'partition.assignment.strategy': 'range',
    'session.timeout.ms': session,
    'heartbeat.interval.ms': Math.min(3000, Math.floor(session / 3)),
    ...(instanceId === undefined ? {} : { 'group.instance.id': instanceId }),
  };
  return {
    'group.id': groupId,
    'isolation.level': 'read_committed',
    'max.poll.interval.ms': connection.maxPollIntervalMs ?? 300_000,
    ...(protocol === 'consumer' ? { 'group.protocol': 'consumer', 'group.remote.assignor': 'range' } : classic),
    ...consumerSettings(connection),
  };
};

/** What all producers share. Java's default partitioner hashes with murmur2, and so must we. */
export const producerSettings = (connection: Connection): Settings => ({
  ...connection.shared,
  partitioner: 'murmur2_random',
  'enable.idempotence': true,
  'compression.type': 'lz4',
  'linger.ms': 5,
  // As much as a broker takes by default.
  'message.max.bytes': 1_048_588,
  'queue.buffering.max.messages': 500_000,
  'queue.buffering.max.kbytes': 131_072,
  ...connection.producerSettings,
});

/** A transactional producer's settings. */
export const transactionalSettings = (connection: Connection, transactionalId: string): Settings => {
  const timeoutMs = connection.transactionTimeoutMs;
  return {
    // Within the transaction's time, so that an unknown topic is told as such.
    'topic.metadata.propagation.max.ms': Math.floor(timeoutMs / 2),
    ...producerSettings(connection),
    'transactional.id': transactionalId,
    'transaction.timeout.ms': timeoutMs,
    // A report for each record that went well would cost as much as the record.
    'delivery.report.only.error': true,
  };
};
