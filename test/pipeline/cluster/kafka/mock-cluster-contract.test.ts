import { kafkaCluster } from '../../../../pipeline/cluster/kafka/kafka-cluster.ts';
import { type MockCluster, startMockCluster } from '../../../../pipeline/cluster/kafka/start-mock-cluster.ts';
import type { Cluster } from '../../../../pipeline/core/ports/cluster.ts';
import { systemClock } from '../../../../pipeline/runtime/system-clock.ts';
import { clusterContract, runClusterClause } from '../../../../pipeline/testing/contracts/cluster-contract.ts';
import { skipBecause } from '../../../support/skip-because.ts';

/** Members of a new group wait three seconds for each other, so the clauses run together and each test waits for its own. */
describe("the cluster contract, on librdkafka's mock cluster", function () {
  this.timeout(60_000);
  const outcomes = new Map<string, Promise<void>>();
  let mock: MockCluster;

  const connect = (clientId: string): Promise<Cluster> =>
    Promise.resolve(kafkaCluster({ brokers: mock.brokers, clientId, clock: systemClock, mock: true }));

  before(async () => {
    mock = await startMockCluster();
    for (const clause of clusterContract.filter(({ needs }) => needs.length === 0)) {
      const outcome = runClusterClause(clause, { clock: systemClock, prefix: 'mock', connect });
      outcome.catch(() => undefined);
      outcomes.set(clause.name, outcome);
    }
  });

  after(() => mock.stop());

  for (const { name, needs } of clusterContract) {
    it(name, function () {
      return outcomes.get(name) ?? skipBecause(this, `the mock cluster has no ${needs.join(' and no ')}`);
    });
  }
});
