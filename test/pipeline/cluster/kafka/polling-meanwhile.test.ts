import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { kafkaCluster } from '../../../../pipeline/cluster/kafka/kafka-cluster.ts';
import { startMockCluster } from '../../../../pipeline/cluster/kafka/start-mock-cluster.ts';
import { systemClock } from '../../../../pipeline/runtime/system-clock.ts';

describe('polling while a listener still works', () => {
  it('lets other work go on though nothing is to be waited for', async function () {
    this.timeout(30_000);
    const mock = await startMockCluster();
    const cluster = kafkaCluster({ brokers: mock.brokers, clientId: 'meanwhile', clock: systemClock, mock: true });
    const admin = await cluster.admin();
    await admin.createTopics([{ topic: 't', partitions: 4 }]);
    const state = { began: false, ended: false };
    const assigned = async (): Promise<void> => {
      state.began = true;
      await pause(20);
      state.ended = true;
    };
    const listener = { assigned, revoked: () => Promise.resolve(), lost: () => Promise.resolve() };
    const consumer = await cluster.groupConsumer({ groupId: 'g', topics: ['t'], from: 'earliest', listener });
    while (!state.began) await consumer.poll(1, 1);
    for (let polls = 0; polls < 100 && !state.ended; polls += 1) await consumer.poll(1, -1);
    assert.ok(state.ended);
    await cluster.close();
    await mock.stop();
  });
});
