import { kafkaCluster } from '../../../../pipeline/cluster/kafka/kafka-cluster.ts';
import { type MockCluster, startMockCluster } from '../../../../pipeline/cluster/kafka/start-mock-cluster.ts';
import type { Cluster } from '../../../../pipeline/core/ports/cluster.ts';
import { systemClock } from '../../../../pipeline/runtime/system-clock.ts';
import { clusterContract } from '../../../../pipeline/testing/contracts/cluster-contract.ts';
import { skipBecause } from '../../../support/skip-because.ts';
import { startClauses } from '../start-clauses.ts';

describe("the cluster contract, on librdkafka's mock cluster", function () {
  this.timeout(60_000);
  let outcomes: ReadonlyMap<string, Promise<void>> = new Map();
  let mock: MockCluster;

  const connect = (clientId: string): Promise<Cluster> =>
    Promise.resolve(kafkaCluster({ brokers: mock.brokers, clientId, clock: systemClock, mock: true }));

  before(async () => {
    mock = await startMockCluster();
    const possible = clusterContract.filter(({ needs }) => needs.length === 0);
    outcomes = startClauses(possible, { clock: systemClock, prefix: 'mock', connect }, possible.length);
  });

  after(() => mock.stop());

  for (const { name, needs } of clusterContract) {
    it(name, function () {
      return outcomes.get(name) ?? skipBecause(this, `the mock cluster has no ${needs.join(' and no ')}`);
    });
  }
});
