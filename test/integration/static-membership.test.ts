import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { Cluster, GroupConsumer } from '../../pipeline/core/ports/cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { Assignments, memberOf } from '../../pipeline/testing/contracts/cluster/bench.ts';
import { hasCode } from '../../pipeline/testing/contracts/cluster/has-code.ts';
import { kafkaFor } from '../support/kafka.ts';
import { until } from '../support/until.ts';

interface Member {
  readonly cluster: Cluster;
  readonly consumer: GroupConsumer;
  readonly assignments: Assignments;
}

const partitions = 4;

/** The partitions that a member owns; of one topic, whose name holds no slash. */
const numbersOf = ({ owned }: Assignments): ReadonlyArray<number> => [...owned].map((key) => Number(key.split('/').at(-1))).sort();

describe('static members of a group on Kafka', function () {
  this.timeout(120_000);
  let brokers = '';
  const open: Cluster[] = [];

  before(async function () {
    brokers = await kafkaFor(this);
  });

  afterEach(async () => {
    for (const cluster of open.splice(0)) await cluster.close();
  });

  const clusterOf = (clientId: string): Cluster => {
    const cluster = kafkaCluster({ brokers, clientId, clock: systemClock });
    open.push(cluster);
    return cluster;
  };

  /** A process of the group under a name that it keeps. */
  const join = async (group: string, instanceId: string): Promise<Member> => {
    const cluster = clusterOf(instanceId);
    const assignments = new Assignments();
    const consumer = await cluster.groupConsumer({ ...memberOf(group, [group], assignments), instanceId });
    return { cluster, consumer, assignments };
  };

  const settled = (members: ReadonlyArray<Member>, owned: ReadonlyArray<ReadonlyArray<number>>): Promise<unknown> =>
    until(
      'the partitions are dealt out',
      async () => {
        await Promise.all(members.map(({ consumer }) => consumer.poll(100, 100)));
        return members.every(({ assignments }, index) => isDeepStrictEqual(numbersOf(assignments), owned[index]));
      },
      { within: 60_000, every: 1 },
    );

  const newTopic = async (): Promise<string> => {
    const topic = `static-${randomUUID()}`;
    const admin = await clusterOf('admin').admin();
    await admin.createTopics([{ topic, partitions }]);
    return topic;
  };

  it('get their partitions in the order of their names, and the same ones after a restart, which the others do not notice', async () => {
    const topic = await newTopic();
    const b = await join(topic, 'b');
    await settled([b], [[0, 1, 2, 3]]);
    const a = await join(topic, 'a');
    const both = [
      [0, 1],
      [2, 3],
    ];
    await settled([a, b], both);
    const events = b.assignments.events.length;
    await a.cluster.close();
    const again = await join(topic, 'a');
    await settled([again, b], both);
    assert.equal(b.assignments.events.length, events);
  });

  it('are fenced by another one of the same name', async () => {
    const topic = await newTopic();
    const first = await join(topic, 'a');
    await settled([first], [[0, 1, 2, 3]]);
    const second = await join(topic, 'a');
    const ended = (async () => {
      for (;;) await first.consumer.poll(100, 100);
    })();
    const refused = assert.rejects(ended, hasCode('fenced'));
    await settled([second], [[0, 1, 2, 3]]);
    await refused;
  });
});
