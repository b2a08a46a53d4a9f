import assert from 'node:assert/strict';
import type { Cluster, CommittedOffset, GroupConsumer } from '../../../core/ports/cluster.ts';
import { hasCode } from './has-code.ts';
import { Assignments, type ClusterBench, type ClusterClause, clause, memberOf, sendTexts, text, textsOf } from './bench.ts';

interface Member {
  readonly cluster: Cluster;
  readonly consumer: GroupConsumer;
  readonly assignments: Assignments;
}

const join = async (bench: ClusterBench, group: string, topics: ReadonlyArray<string>): Promise<Member> => {
  const cluster = await bench.connect(bench.name('member'));
  const assignments = new Assignments();
  return { cluster, assignments, consumer: await cluster.groupConsumer(memberOf(group, topics, assignments)) };
};

const topicOf = async (bench: ClusterBench, partitions: number): Promise<string> => bench.topic(await bench.connect('admin'), partitions);

/** Two members of one group, the second having joined when the first owned all `partitions`. */
const twoMembers = async (
  bench: ClusterBench,
  partitions: number,
): Promise<{ topic: string; group: string; first: Member; second: Member }> => {
  const topic = await topicOf(bench, partitions);
  const group = bench.name('group');
  const first = await join(bench, group, [topic]);
  await bench.pollUntil([first.consumer], () => first.assignments.owned.size === partitions);
  return { topic, group, first, second: await join(bench, group, [topic]) };
};

/** Offsets for everything that the member has. */
const offsetsOf = ({ assignments }: Member, metadata: string): CommittedOffset[] =>
  [...assignments.owned].map((key) => {
    const [topic = '', partition] = key.split('/');
    return { topic, partition: Number(partition), offset: 0, metadata };
  });

const balanced = ({ first, second }: { first: Member; second: Member }, each: number): boolean =>
  first.assignments.owned.size === each && second.assignments.owned.size === each;

/** How a group shares its partitions. */
export const groupClauses: ReadonlyArray<ClusterClause> = [
  clause('never gives a partition to two members at once', ['createTopics'], async (bench) => {
    const two = await twoMembers(bench, 4);
    const { first, second } = two;
    second.assignments.onAssigned = () => {
      const both = [...second.assignments.owned].filter((partition) => first.assignments.owned.has(partition));
      assert.deepEqual(both, []);
      return Promise.resolve();
    };
    await bench.pollUntil([first.consumer, second.consumer], () => balanced(two, 2));
    assert.equal(new Set([...first.assignments.owned, ...second.assignments.owned]).size, 4);
    assert.deepEqual(first.assignments.events.slice(0, 2), ['assigned', 'revoked']);
  }),
  clause(
    'lets a member commit what it has read while its partitions are being revoked',
    ['createTopics', 'transactions'],
    async (bench) => {
      const two = await twoMembers(bench, 2);
      const { topic, first, second } = two;
      await sendTexts(first.cluster, topic, ['a', 'b']);
      const producer = await first.cluster.transactionalProducer(bench.name('tx'));
      const offsets = [0, 1].map((partition) => ({ topic, partition, offset: partition === 0 ? 2 : 0, metadata: 'revoked' }));
      first.assignments.onRevoked = async (partitions) => {
        await producer.begin();
        producer.produce(text(topic, 'out', 1));
        await producer.sendOffsets(
          first.consumer,
          offsets.filter(({ partition }) => partitions.some((revoked) => revoked.partition === partition)),
        );
        await producer.commit();
      };
      await bench.pollUntil([first.consumer, second.consumer], () => balanced(two, 1));
      const revoked = offsets.filter(({ partition }) => second.assignments.owned.has(`${topic}/${partition}`));
      assert.deepEqual(await second.consumer.committed(revoked), revoked);
    },
  ),
  clause('hands over everything, revoked first, when a member closes', ['createTopics'], async (bench) => {
    const two = await twoMembers(bench, 4);
    const { first, second } = two;
    await bench.pollUntil([first.consumer, second.consumer], () => balanced(two, 2));
    await first.consumer.close();
    assert.equal(first.assignments.events.at(-1), 'revoked');
    assert.equal(first.assignments.owned.size, 0);
    await bench.pollUntil([second.consumer], () => second.assignments.owned.size === 4);
  }),
  clause('gives a member the same partitions of topics that are partitioned alike', ['createTopics'], async (bench) => {
    const topics = [await topicOf(bench, 4), await topicOf(bench, 4)];
    const group = bench.name('group');
    const members = [await join(bench, group, topics), await join(bench, group, topics)];
    await bench.pollUntil(
      members.map(({ consumer }) => consumer),
      () => members.every(({ assignments }) => assignments.owned.size === 4),
    );
    for (const { assignments } of members) {
      const [left, right] = topics.map((topic) => [...assignments.owned].filter((key) => key.startsWith(`${topic}/`)));
      assert.deepEqual(left?.map((key) => key.split('/')[1]).sort(), right?.map((key) => key.split('/')[1]).sort());
    }
  }),
  clause('polls nothing of a partition before the listener has let it in', [], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster);
    await sendTexts(cluster, topic, ['a']);
    const assignments = new Assignments();
    const gate = { open: (): void => undefined };
    assignments.onAssigned = () => new Promise((resolve) => (gate.open = resolve));
    const consumer = await cluster.groupConsumer(memberOf(bench.name('group'), [topic], assignments));
    const before = await bench.pollUntil([consumer], () => assignments.owned.size > 0);
    assert.deepEqual([...before, ...(await consumer.poll(10, 300))], []);
    gate.open();
    assert.deepEqual(textsOf(await bench.take(consumer, 1)), ['a']);
  }),
  clause('begins where the listener seeks while it is being assigned', [], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster);
    await sendTexts(cluster, topic, ['a', 'b', 'c']);
    const assignments = new Assignments();
    const consumer = await cluster.groupConsumer(memberOf(bench.name('group'), [topic], assignments));
    assignments.onAssigned = () => consumer.seek([{ topic, partition: 0, offset: 2 }]);
    assert.deepEqual(textsOf(await bench.take(consumer, 1)), ['c']);
  }),
  clause('lets the listener ask for committed offsets while it is being assigned', [], async (bench) => {
    const cluster = await bench.connect();
    const topic = await bench.topic(cluster);
    await sendTexts(cluster, topic, ['a']);
    const assignments = new Assignments();
    const consumer = await cluster.groupConsumer(memberOf(bench.name('group'), [topic], assignments));
    const seen: unknown[] = [];
    assignments.onAssigned = async (partitions) => void seen.push(await consumer.committed(partitions));
    assert.deepEqual(textsOf(await bench.take(consumer, 1)), ['a']);
    assert.deepEqual(seen[0], []);
  }),
  clause('tells a member where partitions begin and end, in the order of the question', ['createTopics'], async (bench) => {
    const topic = await topicOf(bench, 3);
    const { cluster, consumer } = await join(bench, bench.name('group'), [topic]);
    const producer = await cluster.producer();
    for (const partition of [0, 2, 2]) await producer.send({ topic, partition, key: null, value: Buffer.from('a') });
    await (await cluster.admin()).deleteRecordsBefore([{ topic, partition: 2, offset: 1 }]);
    const places = [2, 0, 1].map((partition) => ({ topic, partition }));
    assert.deepEqual(await consumer.ends(places, 'committed'), [2, 1, 0]);
    assert.deepEqual(await consumer.ends(places, 'uncommitted'), [2, 1, 0]);
    assert.deepEqual(await consumer.starts(places), [1, 0, 0]);
    assert.deepEqual(await consumer.ends([], 'committed'), []);
  }),
  clause('refuses offsets of partitions that a member does not have', ['createTopics'], async (bench) => {
    const two = await twoMembers(bench, 2);
    const { first, second } = two;
    await bench.pollUntil([first.consumer, second.consumer], () => balanced(two, 1));
    await assert.rejects(first.consumer.commit(offsetsOf(second, 'foreign')), hasCode('transaction_aborted'));
    await first.consumer.commit(offsetsOf(first, 'own'));
  }),
  clause(
    'refuses the offsets of a member that has lost its place, tells it, and takes it back',
    ['createTopics', 'transactions'],
    async (bench) => {
      const two = await twoMembers(bench, 2);
      const { group, first, second } = two;
      await bench.pollUntil([first.consumer, second.consumer], () => balanced(two, 1));
      const offsets = offsetsOf(first, 'stale');
      const producer = await first.cluster.transactionalProducer(bench.name('tx'));
      await bench.expire(group);
      await bench.pollUntil([second.consumer], () => second.assignments.owned.size === 2);
      await assert.rejects(first.consumer.commit(offsets), hasCode('transaction_aborted'));
      await producer.begin();
      await assert.rejects(producer.sendOffsets(first.consumer, offsets), hasCode('transaction_aborted'));
      await producer.abort();
      assert.deepEqual(await second.consumer.committed(offsets), []);
      await bench.pollUntil([first.consumer, second.consumer], () => balanced(two, 1));
      assert.ok(first.assignments.events.includes('lost'));
      const again = offsetsOf(first, 'again');
      await producer.begin();
      await producer.sendOffsets(first.consumer, again);
      await producer.commit();
      assert.deepEqual(await first.consumer.committed(again), again);
    },
  ),
];
