import { randomUUID } from 'node:crypto';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { clusterContract, runClusterClause } from '../../pipeline/testing/contracts/cluster-contract.ts';
import { kafkaFor } from '../support/kafka.ts';

const prefix = `contract-${randomUUID().slice(0, 8)}`;

for (const groupProtocol of ['consumer', 'classic'] as const) {
  describe(`the cluster contract, on Apache Kafka with the group protocol '${groupProtocol}'`, function () {
    this.timeout(90_000);
    let brokers = '';

    before(async function () {
      brokers = await kafkaFor(this);
    });

    const connect = (clientId: string): Promise<Cluster> =>
      Promise.resolve(
        kafkaCluster({ brokers, clientId, clock: systemClock, groupProtocol, sessionTimeoutMs: 6000, maxPollIntervalMs: 6000 }),
      );

    for (const clause of clusterContract) {
      it(clause.name, () => runClusterClause(clause, { clock: systemClock, prefix: `${prefix}-${groupProtocol}`, connect }));
    }
  });
}
