import assert from 'node:assert/strict';
import { Membership } from '../../../../pipeline/cluster/kafka/membership.ts';
import type { AssignmentListener, TopicPartition } from '../../../../pipeline/core/ports/cluster.ts';
import { FakeConsumer } from './fake-consumer.ts';

const assign = { code: -175, message: 'assign' };
const revoke = { code: -174, message: 'revoke' };
const places = (...partitions: number[]): TopicPartition[] => partitions.map((partition) => ({ topic: 't', partition }));

interface Stage {
  readonly fake: FakeConsumer;
  readonly log: string[];
  readonly membership: Membership;
  /** What the listener does before it is done. */
  readonly listener: { during: (event: string) => Promise<void> };
}

const stage = (): Stage => {
  const fake = new FakeConsumer();
  const log = fake.calls;
  const listener = { during: (_event: string): Promise<void> => Promise.resolve() };
  const tell =
    (event: string) =>
    async (partitions: ReadonlyArray<TopicPartition>): Promise<void> => {
      log.push(`${event} ${partitions.map(({ partition }) => partition).join()}`);
      await listener.during(event);
      log.push(`${event} done`);
    };
  const told: AssignmentListener = { assigned: tell('assigned'), revoked: tell('revoked'), lost: tell('lost') };
  const membership = new Membership({
    consumer: () => fake.native,
    listener: told,
    admit: (partitions) => {
      log.push(`admit ${partitions.length}`);
      return Promise.resolve();
    },
    forget: (partitions) => void log.push(`forget ${partitions.length}`),
  });
  return { fake, log, membership, listener };
};

const serveAll = async (membership: Membership): Promise<void> => {
  membership.serve();
  while (membership.pending !== undefined) {
    await membership.pending;
    membership.serve();
  }
};

describe('Membership', () => {
  it('lets partitions be fetched after the listener has let them in, and go after it has let them go', async () => {
    const { membership, log } = stage();
    membership.take(assign, places(0, 1));
    await serveAll(membership);
    membership.take(revoke, places(1));
    await serveAll(membership);
    const coming = ['assigned 0,1', 'assigned done', 'admit 2'];
    assert.deepEqual(log, [...coming, 'revoked 1', 'revoked done', 'forget 1', 'unassign 1']);
    assert.deepEqual(membership.owned, places(0));
  });

  it('gives everything back at once under the eager protocol', async () => {
    const { fake, membership, log } = stage();
    fake.protocol = 'EAGER';
    membership.take(assign, places(0));
    membership.take(revoke, places(0));
    await serveAll(membership);
    assert.equal(log.at(-1), 'unassign');
  });

  it('begins nothing before it is served, and one change at a time', async () => {
    const { membership, log, listener } = stage();
    const gate = { open: (): void => undefined };
    listener.during = () =>
      new Promise((resolve) => {
        gate.open = resolve;
      });
    membership.take(assign, places(0));
    membership.take(revoke, places(0));
    assert.equal(log.join(), '');
    membership.serve();
    membership.serve();
    assert.equal(log.join(), 'assigned 0');
    assert.equal(membership.owns({ topic: 't', partition: 0 }), true);
    const first = membership.pending;
    gate.open();
    await first;
    membership.serve();
    assert.equal(log.at(-1), 'revoked 0');
    gate.open();
    await membership.pending;
    assert.equal(membership.owns({ topic: 't', partition: 0 }), false);
  });

  it('tells lost partitions as lost', async () => {
    const { fake, membership, log } = stage();
    membership.take(assign, places(0));
    await serveAll(membership);
    fake.isLost = true;
    membership.take(revoke, places(0));
    await serveAll(membership);
    assert.deepEqual(log.slice(3), ['lost 0', 'lost done', 'forget 1', 'unassign 0']);
  });

  it('answers the protocol even when the listener throws, and throws that once', async () => {
    const { membership, log, listener } = stage();
    membership.take(assign, places(0));
    await serveAll(membership);
    listener.during = () => Promise.reject(new Error('cannot'));
    membership.take(revoke, places(0));
    await serveAll(membership);
    assert.equal(log.at(-1), 'unassign 0');
    assert.throws(() => membership.throwFailure(), /cannot/);
    membership.throwFailure();
  });

  it('does not trouble the listener with an empty assignment', async () => {
    const { membership, log } = stage();
    membership.take(assign, []);
    membership.take(revoke, []);
    await serveAll(membership);
    assert.deepEqual(log, ['admit 0', 'forget 0', 'unassign ']);
  });

  it('lets go of everything before it leaves, and answers what still comes by itself', async () => {
    const { membership, log } = stage();
    membership.take(assign, places(0, 1));
    await serveAll(membership);
    membership.take(revoke, places(1));
    await membership.leave();
    assert.deepEqual(log.slice(3), ['revoked 0,1', 'revoked done', 'forget 2', 'unassign 1']);
    membership.take(revoke, places(0));
    assert.equal(log.at(-1), 'unassign 0');
  });
});
