import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import { noLog } from '../../pipeline/core/ports/log.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import type { Settings } from '../cli/setting-table.ts';
import { kafkaSecurity } from './credentials.ts';

/** A person waits: shorter than for a process, which may start before its brokers. */
const connectTimeoutMs = 10_000;

/** Connects to the brokers that the settings name, for a command that asks something and ends. The client is native code: loaded on use only. */
export const openKafka = async (settings: Settings, clientId: string): Promise<Cluster> => {
  const { kafkaCluster } = await import('../../pipeline/cluster/kafka/kafka-cluster.ts');
  const brokers = settings.kafka ?? '';
  return kafkaCluster({ brokers, clientId, clock: systemClock, log: noLog, security: kafkaSecurity(settings), connectTimeoutMs });
};
