import { randomUUID } from 'node:crypto';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { clusterContract } from '../../pipeline/testing/contracts/cluster-contract.ts';
import { startClauses } from '../pipeline/cluster/start-clauses.ts';
import { kafkaFor } from '../support/kafka.ts';

const prefix = `contract-${randomUUID().slice(0, 8)}`;

for (const groupProtocol of ['consumer', 'classic'] as const) {
  describe(`the cluster contract, on Apache Kafka with the group protocol '${groupProtocol}'`, function () {
    this.timeout(90_000);
    let outcomes: ReadonlyMap<string, Promise<void>> = new Map();

    before(async function () {
      const brokers = await kafkaFor(this);
      const options = { brokers, clock: systemClock, groupProtocol, sessionTimeoutMs: 6000, maxPollIntervalMs: 6000 };
      const connect = (clientId: string): Promise<Cluster> => Promise.resolve(kafkaCluster({ ...options, clientId }));
      outcomes = startClauses(clusterContract, { clock: systemClock, prefix: `${prefix}-${groupProtocol}`, connect }, 6);
    });

    for (const { name } of clusterContract) it(name, () => outcomes.get(name));
  });
}
