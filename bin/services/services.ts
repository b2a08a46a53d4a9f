import type { ClickHouse } from '../../pipeline/clickhouse/clickhouse.ts';
import type { Clock } from '../../pipeline/core/ports/clock.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import type { Log } from '../../pipeline/core/ports/log.ts';
import type { Wire } from '../../pipeline/core/ports/wire.ts';
import type { Receivers } from '../../pipeline/http-delivery/receiver-settings.ts';

/** The broker, the registry and the database of a process, wherever they run. */
export interface Services {
  readonly cluster: Cluster;
  readonly wire: Wire;
  /** Undefined if the topology fills no table. */
  readonly clickhouse: ClickHouse | undefined;
  /** Where endpoints are, by their names; empty if no settings name any. */
  readonly receivers: Receivers;
  readonly clock: Clock;
  readonly log: Log;
  /** Where each of them is, for people. */
  readonly addresses: Readonly<Record<'kafka' | 'registry' | 'clickhouse', string>>;
  /** Whether the broker is librdkafka's mock cluster, which drops what is not read in time. */
  readonly isMock: boolean;
  /** Closes all of them, the embedded ones with what they hold. */
  close(): Promise<void>;
}
