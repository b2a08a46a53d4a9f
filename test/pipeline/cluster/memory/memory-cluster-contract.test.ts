import { memoryCluster } from '../../../../pipeline/cluster/memory/memory-cluster.ts';
import { clusterContract, runClusterClause } from '../../../../pipeline/testing/contracts/cluster-contract.ts';
import { VirtualClock } from '../../../../pipeline/testing/virtual-clock.ts';

describe('the cluster contract, in memory', () => {
  for (const clause of clusterContract) {
    it(clause.name, async () => {
      const clock = new VirtualClock();
      const cluster = memoryCluster({ clock });
      const expire = (groupId: string): Promise<void> => {
        cluster.expire(groupId, cluster.members(groupId)[0]?.id ?? '');
        return Promise.resolve();
      };
      const connect = (clientId: string): Promise<ReturnType<typeof memoryCluster>> => Promise.resolve(cluster.connect(clientId));
      await clock.until(runClusterClause(clause, { clock, prefix: 'memory', connect, expire }));
    });
  }
});
