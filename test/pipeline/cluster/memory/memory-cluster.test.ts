import assert from 'node:assert/strict';
import type { MemoryFaults, Operation } from '../../../../pipeline/cluster/memory/faults.ts';
import { type MemoryCluster, memoryCluster } from '../../../../pipeline/cluster/memory/memory-cluster.ts';
import { MillraceError } from '../../../../pipeline/core/errors.ts';
import type { GroupConsumer, LogRecord } from '../../../../pipeline/core/ports/cluster.ts';
import { Assignments, memberOf, sendTexts, text, textsOf } from '../../../../pipeline/testing/contracts/cluster/bench.ts';
import { hasCode } from '../../../../pipeline/testing/contracts/cluster/has-code.ts';
import { VirtualClock } from '../../../../pipeline/testing/virtual-clock.ts';

const start = async (faults: MemoryFaults = {}, partitions = 2): Promise<{ clock: VirtualClock; cluster: MemoryCluster }> => {
  const clock = new VirtualClock();
  const cluster = memoryCluster({ clock, faults });
  await (await cluster.admin()).createTopics([{ topic: 't', partitions }]);
  return { clock, cluster };
};

const join = async (cluster: MemoryCluster): Promise<{ consumer: GroupConsumer; assignments: Assignments }> => {
  const assignments = new Assignments();
  return { assignments, consumer: await cluster.groupConsumer(memberOf('g', ['t'], assignments)) };
};

const offset = (at: number): { topic: string; partition: number; offset: number; metadata: string } => ({
  topic: 't',
  partition: 0,
  offset: at,
  metadata: '',
});

const readAll = async (cluster: MemoryCluster): Promise<LogRecord[]> => {
  const reader = await cluster.reader('committed');
  await reader.assign([0, 1].map((partition) => ({ topic: 't', partition, offset: 0 })));
  return [...(await reader.poll(1000, 0))];
};

/** Fails the first time that the operation comes. */
const failOnce = (when: 'before' | 'after', operation: Operation, error: MillraceError): MemoryFaults => {
  let failed = false;
  return {
    [when]: (step: { operation: Operation }) => {
      if (failed || step.operation !== operation) return;
      failed = true;
      throw error;
    },
  };
};

describe('the in-memory cluster', () => {
  it('wakes a poll at the moment when a record comes', async () => {
    const { clock, cluster } = await start();
    const { consumer } = await join(cluster);
    const polled = consumer.poll(10, 60_000);
    await clock.advance(500);
    await sendTexts(cluster, 't', ['a']);
    assert.deepEqual(textsOf([...(await polled)]), ['a']);
    assert.deepEqual([clock.monotonic(), clock.sleeping], [500, 0]);
  });

  it('stamps records with the virtual time', async () => {
    const { clock, cluster } = await start();
    await clock.advance(1234);
    await sendTexts(cluster, 't', ['a']);
    assert.deepEqual(
      (await readAll(cluster)).map(({ timestamp }) => timestamp),
      [clock.now()],
    );
  });

  it('deals records without a key out to the partitions in turn', async () => {
    const { cluster } = await start();
    const producer = await cluster.producer();
    const places = [];
    for (let index = 0; index < 4; index += 1) places.push(await producer.send({ topic: 't', key: null, value: null }));
    assert.deepEqual(
      places.map(({ partition }) => partition),
      [0, 1, 0, 1],
    );
  });

  it('makes topics on first use if it is told to', async () => {
    const cluster = memoryCluster({ clock: new VirtualClock(), autoCreatePartitions: 3 });
    await sendTexts(cluster, 'new', ['a']);
    await cluster.groupConsumer(memberOf('g', ['subscribed'], new Assignments()));
    const admin = await cluster.admin();
    assert.deepEqual(Object.fromEntries(await admin.partitions(['new', 'subscribed', 'other'])), { new: 3, subscribed: 3 });
  });

  it('gives a subscribed topic out once it is created', async () => {
    const clock = new VirtualClock();
    const cluster = memoryCluster({ clock });
    const { consumer, assignments } = await join(cluster);
    const polled = consumer.poll(10, 60_000);
    await (await cluster.admin()).createTopics([{ topic: 't', partitions: 2 }]);
    await clock.advance(0);
    assert.equal(assignments.owned.size, 2);
    await sendTexts(cluster, 't', ['a']);
    assert.deepEqual(textsOf([...(await polled)]), ['a']);
  });

  it('keeps the open transaction of a crashed process until its time is over', async () => {
    const { clock, cluster } = await start();
    const process = cluster.connect('process');
    const producer = await process.transactionalProducer('id');
    await producer.begin();
    producer.produce(text('t', 'lost'));
    process.crash();
    await sendTexts(cluster, 't', ['after']);
    const reader = await cluster.reader('committed');
    await reader.assign([{ topic: 't', partition: 0, offset: 0 }]);
    assert.deepEqual(await clock.until(reader.poll(10, 9_999)), []);
    assert.deepEqual(textsOf([...(await clock.until(reader.poll(10, 60_000)))]), ['after']);
    assert.equal(clock.monotonic(), 10_000);
  });

  it('tells a producer whose transaction took too long', async () => {
    const { clock, cluster } = await start();
    const producer = await cluster.transactionalProducer('id');
    await producer.begin();
    await clock.advance(20_000);
    producer.produce(text('t', 'late'));
    await clock.advance(10_000);
    await assert.rejects(producer.commit(), hasCode('transaction_expired'));
  });

  it('hands the partitions of a crashed member over after the session time-out', async () => {
    const { clock, cluster } = await start();
    const process = cluster.connect('process');
    const crashed = await join(process);
    await crashed.consumer.poll(10, 0);
    await clock.advance(0);
    assert.equal(crashed.assignments.owned.size, 2);
    process.crash();
    const { consumer, assignments } = await join(cluster);
    await clock.until(consumer.poll(10, 9_000));
    assert.equal(assignments.owned.size, 0);
    await clock.until(consumer.poll(10, 9_000));
    assert.equal(assignments.owned.size, 2);
    assert.deepEqual(
      cluster.members('g').map(({ clientId }) => clientId),
      ['memory'],
    );
  });

  it('answers a crashed process with an error, whatever it waits for', async () => {
    const { clock, cluster } = await start();
    const process = cluster.connect('process');
    const { consumer } = await join(process);
    const polled = consumer.poll(10, Infinity);
    const outcome = assert.rejects(polled, hasCode('cluster_unavailable'));
    await clock.advance(10);
    process.crash();
    await outcome;
    await assert.rejects(process.producer(), hasCode('cluster_unavailable'));
    await process.close();
  });

  it('closes what one process made and nothing of another', async () => {
    const { cluster } = await start();
    const process = cluster.connect('process');
    await process.producer();
    const kept = await cluster.producer();
    await process.close();
    assert.equal((await kept.send(text('t', 'a'))).offset, 0);
  });

  it('refuses what members commit between a change of epoch and their next poll', async () => {
    const { clock, cluster } = await start();
    const { consumer } = await join(cluster);
    await clock.until(consumer.poll(10, 10));
    const producer = await cluster.transactionalProducer('id');
    await producer.begin();
    cluster.rebalance('g');
    await assert.rejects(consumer.commit([offset(1)]), hasCode('transaction_aborted'));
    await assert.rejects(producer.sendOffsets(consumer, [offset(1)]), hasCode('transaction_aborted'));
    assert.throws(() => producer.produce(text('t', 'a')), hasCode('transaction_aborted'));
    await producer.abort();
    await clock.until(consumer.poll(10, 10));
    await consumer.commit([offset(1)]);
    assert.deepEqual(await consumer.committed([offset(0)]), [offset(1)]);
  });

  it('does not commit what a fault stops before', async () => {
    const fault = new MillraceError('transaction_aborted', 'struck');
    const { cluster } = await start(failOnce('before', 'commit', fault));
    const producer = await cluster.transactionalProducer('id');
    await producer.begin();
    producer.produce(text('t', 'a'));
    await assert.rejects(producer.commit(), fault);
    await producer.abort();
    await producer.begin();
    producer.produce(text('t', 'b'));
    await producer.commit();
    assert.deepEqual(textsOf(await readAll(cluster)), ['b']);
  });

  it('has committed what a fault strikes after', async () => {
    const fault = new MillraceError('cluster_unavailable', 'struck');
    const { cluster } = await start(failOnce('after', 'commit', fault));
    const producer = await cluster.transactionalProducer('id');
    await producer.begin();
    producer.produce(text('t', 'a'));
    await assert.rejects(producer.commit(), fault);
    await (await cluster.transactionalProducer('id')).close();
    assert.deepEqual(textsOf(await readAll(cluster)), ['a']);
  });

  it('names to a fault the operation, the process and the id', async () => {
    const steps: string[] = [];
    const { clock, cluster } = await start({ before: ({ operation, client, name }) => void steps.push(`${operation} ${client} ${name}`) });
    const producer = await cluster.connect('p').transactionalProducer('id');
    await producer.begin();
    producer.produce(text('t', 'a'));
    await producer.commit();
    const { consumer } = await join(cluster);
    await clock.until(consumer.poll(1, 1));
    assert.deepEqual(steps, ['init p id', 'begin p id', 'produce p id', 'commit p id', 'poll memory g']);
  });

  it('throws from poll what a listener threw, and goes on', async () => {
    const { clock, cluster } = await start();
    const { consumer, assignments } = await join(cluster);
    assignments.onAssigned = () => Promise.reject(new Error('not now'));
    await assert.rejects(clock.until(consumer.poll(10, 10)), /not now/);
    await sendTexts(cluster, 't', ['a']);
    assert.deepEqual(textsOf([...(await clock.until(consumer.poll(10, 10)))]), ['a']);
  });
});
