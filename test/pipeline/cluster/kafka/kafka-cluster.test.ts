import assert from 'node:assert/strict';
import { kafkaCluster } from '../../../../pipeline/cluster/kafka/kafka-cluster.ts';
import { startMockCluster } from '../../../../pipeline/cluster/kafka/start-mock-cluster.ts';
import { systemClock } from '../../../../pipeline/runtime/system-clock.ts';
import { hasCode } from '../../../../pipeline/testing/contracts/cluster/has-code.ts';
import { freePort } from '../../../support/free-port.ts';

describe('kafkaCluster', () => {
  it('says that no broker answers, and can be tried again and closed', async () => {
    const brokers = `127.0.0.1:${await freePort()}`;
    const cluster = kafkaCluster({ brokers, clientId: 'alone', clock: systemClock, connectTimeoutMs: 300 });
    await assert.rejects(cluster.admin(), hasCode('cluster_unavailable'));
    await assert.rejects(cluster.producer(), hasCode('cluster_unavailable'));
    await cluster.close();
  });

  it('cannot be used after it was closed', async () => {
    const cluster = kafkaCluster({ brokers: '127.0.0.1:1', clientId: 'closed', clock: systemClock });
    await cluster.close();
    await assert.rejects(cluster.reader('committed'), hasCode('engine_defect'));
  });

  it('says what its mock cannot do, and makes topics there by asking for them', async () => {
    const mock = await startMockCluster({ brokers: 2 });
    assert.equal(mock.brokers.split(',').length, 2);
    const cluster = kafkaCluster({ brokers: mock.brokers, clientId: 'mock', clock: systemClock, mock: true });
    assert.deepEqual(cluster.traits, { transactions: false, createTopics: false });
    const admin = await cluster.admin();
    assert.deepEqual(await admin.partitions(['t']), new Map());
    await admin.createTopics([{ topic: 't', partitions: 9 }]);
    assert.deepEqual(await admin.partitions(['t']), new Map([['t', 4]]));
    await admin.deleteRecordsBefore([{ topic: 't', partition: 0, offset: 0 }]);
    await admin.deleteTopics(['t']);
    await cluster.close();
    await mock.stop();
  });
});
