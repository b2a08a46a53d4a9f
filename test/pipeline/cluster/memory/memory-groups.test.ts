import assert from 'node:assert/strict';
import fc from 'fast-check';
import { memoryCluster } from '../../../../pipeline/cluster/memory/memory-cluster.ts';
import type { GroupConsumer } from '../../../../pipeline/core/ports/cluster.ts';
import { Assignments, memberOf } from '../../../../pipeline/testing/contracts/cluster/bench.ts';
import { VirtualClock } from '../../../../pipeline/testing/virtual-clock.ts';

const partitions = 5;

const event = fc.record({
  what: fc.constantFrom('join' as const, 'poll' as const, 'poll' as const, 'close' as const, 'expire' as const, 'rebalance' as const),
  which: fc.nat({ max: 5 }),
  slow: fc.boolean(),
});

interface Member {
  readonly consumer: GroupConsumer;
  readonly assignments: Assignments;
}

class Group {
  readonly clock = new VirtualClock();
  readonly cluster = memoryCluster({ clock: this.clock });
  readonly members: Member[] = [];

  async join(slow: boolean): Promise<void> {
    const assignments = new Assignments();
    if (slow) assignments.onRevoked = () => this.clock.sleep(50);
    this.members.push({ assignments, consumer: await this.cluster.groupConsumer(memberOf('g', ['t'], assignments)) });
  }

  async poll(which: number): Promise<void> {
    await this.members[which % this.members.length]?.consumer.poll(10, 20);
  }

  async close(which: number): Promise<void> {
    const [member] = this.members.splice(which % Math.max(1, this.members.length), 1);
    await member?.consumer.close();
  }

  expire(which: number): void {
    this.cluster.expire('g', this.cluster.members('g')[which]?.id ?? '');
  }

  rebalance(): void {
    this.cluster.rebalance('g');
  }

  /** What the coordinator has given out, which is never told twice; a member that was expired does not know yet that it lost its own. */
  owned(): string[] {
    return this.members.flatMap(({ assignments }) => [...assignments.owned]);
  }
}

interface Happening {
  readonly what: 'join' | 'poll' | 'close' | 'expire' | 'rebalance';
  readonly which: number;
  readonly slow: boolean;
}

const happen = async (group: Group, { what, which, slow }: Happening): Promise<void> => {
  if (what === 'join') await group.join(slow);
  else await group[what](which);
};

const play = async (events: ReadonlyArray<Happening>): Promise<string[]> => {
  const group = new Group();
  await (await group.cluster.admin()).createTopics([{ topic: 't', partitions }]);
  const history: string[] = [];
  let expired = false;
  for (const one of events) {
    await group.clock.until(happen(group, one));
    expired ||= one.what === 'expire';
    const owned = group.owned();
    if (!expired) assert.equal(new Set(owned).size, owned.length, 'a partition has two owners');
    history.push(owned.join());
  }
  for (let round = 0; round < 20; round += 1)
    await group.clock.until(Promise.all(group.members.map(({ consumer }) => consumer.poll(10, 20))));
  const owned = group.owned();
  assert.equal(new Set(owned).size, owned.length, 'a partition has two owners in the end');
  assert.equal(owned.length, group.members.length === 0 ? 0 : partitions);
  return history;
};

const holds = async (events: ReadonlyArray<Happening>): Promise<void> => {
  await play(events);
};

const repeats = async (events: ReadonlyArray<Happening>): Promise<void> => {
  assert.deepEqual(await play(events), await play(events));
};

describe('groups of the in-memory cluster', () => {
  it('never give a partition to two members, and give out all of them in the end', async () => {
    await fc.assert(fc.asyncProperty(fc.array(event, { maxLength: 30 }), holds), { numRuns: 200 });
  });

  it('come out equal when the same happens again', async () => {
    await fc.assert(fc.asyncProperty(fc.array(event, { maxLength: 30 }), repeats), { numRuns: 50 });
  });

  for (const waitMs of [0, 20]) {
    it(`tell once what a listener threw, in a poll that waits for ${waitMs} ms`, async () => {
      const group = new Group();
      await (await group.cluster.admin()).createTopics([{ topic: 't', partitions }]);
      await group.join(false);
      const { assignments, consumer } = group.members[0]!;
      assignments.onAssigned = () => Promise.reject(new Error('no room'));
      const polls = async (): Promise<void> => {
        for (let left = 3; left > 0; left -= 1) await consumer.poll(10, waitMs);
      };
      await assert.rejects(group.clock.until(polls()), /^Error: no room$/);
      await group.clock.until(polls());
    });
  }
});
