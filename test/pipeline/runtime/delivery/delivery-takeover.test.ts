import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { MemoryCluster } from '../../../../pipeline/cluster/memory/memory-cluster.ts';
import type { Handover, MemoryTargetFaults } from '../../../../pipeline/testing/memory-target.ts';
import { away, gate, groupId, Scene, topic, upTo } from './scene.ts';

const sorted = (numbers: ReadonlyArray<number>): ReadonlyArray<number> => [...numbers].sort((a, b) => a - b);

const nothing = (): Promise<void> => Promise.resolve();
const idle = { assigned: nothing, revoked: nothing, lost: nothing };

const never = new Promise<void>(() => undefined);

/** Where a process dies while it hands the second batch of a partition over, and what has happened by then. */
const crashes: ReadonlyArray<{
  readonly when: string;
  readonly faults: (crash: () => void) => MemoryTargetFaults;
  readonly commits?: number;
  readonly pending: boolean;
}> = [
  { when: 'before it announces a batch', faults: () => ({}), commits: 2, pending: false },
  { when: 'before it delivers', faults: (crash) => ({ before: dying(crash, 3) }), pending: true },
  { when: 'after it has delivered', faults: (crash) => ({ after: dying(crash, 3) }), pending: true },
  { when: 'after it has committed', faults: () => ({}), commits: 4, pending: false },
];

const dying =
  (crash: () => void, from: number) =>
  (handover: Handover): Promise<void> | undefined => {
    if (handover.from !== from) return undefined;
    crash();
    return never;
  };

/** A scene in which one client dies right after its nth commit. */
const sceneThatDies = (nth: number | undefined): { scene: Scene; doomed: MemoryCluster } => {
  let commits = 0;
  const after = ({ operation, client }: { readonly operation: string; readonly client: string }): void => {
    if (operation !== 'commitOffsets' || client !== 'doomed') return;
    commits += 1;
    if (commits === nth) doomed.crash();
  };
  const scene = new Scene({ faults: { after } });
  const doomed = scene.cluster.connect('doomed');
  return { scene, doomed };
};

describe('taking over a delivery', () => {
  for (const { when, faults, commits, pending } of crashes) {
    for (const forgets of [false, true]) {
      it(`counts every row once after a crash ${when}${forgets ? ', though the tokens are forgotten meanwhile' : ''}`, async () => {
        const { scene, doomed } = sceneThatDies(commits);
        await scene.write(upTo(10));
        const dead = scene.delivery({ ports: { cluster: doomed }, faults: faults(() => doomed.crash()) }).run();
        dead.catch(() => undefined);
        await scene.clock.advance(3000);
        const before = scene.receiver.handovers.length;
        if (forgets) scene.receiver.forgetTokens();
        await scene.runUntil(scene.delivery({ options: { batch: { records: 4 }, schema: 's2' } }), () => scene.received().length >= 10);
        assert.deepEqual(scene.received(), upTo(10));
        const taken = scene.receiver.handovers[before];
        assert.equal(taken?.pending, pending);
        if (pending) assert.equal(taken.token, `test/rows/${topic}/0/3-6/s1`);
      });
    }
  }

  it('delivers an announced range again under its own token, whatever version runs now', async () => {
    const { scene, doomed } = sceneThatDies(1);
    await scene.write(upTo(10));
    scene
      .delivery({ ports: { cluster: doomed }, options: { batch: { records: 7 } } })
      .run()
      .catch(() => undefined);
    await scene.clock.advance(3000);
    const renamed = { node: 'renamed', schema: 's9', batch: { records: 2 } };
    await scene.runUntil(scene.delivery({ options: renamed }), () => scene.received().length >= 10);
    assert.deepEqual(
      scene.receiver.handovers.map(({ token, pending }) => [token, pending]),
      [
        [`test/rows/${topic}/0/0-7/s1`, true],
        [`test/renamed/${topic}/0/7-9/s9`, false],
        [`test/renamed/${topic}/0/9-10/s9`, false],
      ],
    );
  });

  it('gives a partition away only when the handover that is under way has ended', async () => {
    const scene = new Scene({ partitions: 2 });
    await scene.write(upTo(20));
    const held = gate();
    const first = scene.delivery({ faults: { before: ({ from }) => (from === 3 ? held.opened : undefined) } });
    const second = scene.delivery({ ports: { cluster: scene.cluster.connect('second') } });
    const running = [first.run()];
    await scene.clock.advance(1000);
    running.push(second.run());
    await scene.clock.advance(5000);
    assert.deepEqual(scene.receiver.handovers.length, 4);
    held.open();
    await scene.passUntil(() => scene.received().length >= 20);
    await scene.clock.until(Promise.all([first.stop(), second.stop()]));
    await Promise.all(running);
    assert.deepEqual(sorted(scene.received()), upTo(20));
    assert.equal(
      scene.receiver.handovers.some(({ pending }) => pending),
      false,
    );
  });

  it('does not keep a partition that is wanted elsewhere while the target is away: the next holder goes on', async () => {
    const scene = new Scene({ partitions: 2 });
    await scene.write(upTo(4));
    let isAway = true;
    const before = ({ partition }: Handover): void => {
      if (isAway && partition === 1) throw away();
    };
    const retry = { firstMs: 60_000, mostMs: 60_000 };
    const first = scene.delivery({ faults: { before }, options: { retry } });
    const second = scene.delivery({ faults: { before }, ports: { cluster: scene.cluster.connect('second') } });
    const running = [first.run()];
    await scene.clock.advance(1000);
    running.push(second.run());
    await scene.clock.advance(2000);
    isAway = false;
    await scene.passUntil(() => scene.received().length >= 4);
    await scene.clock.until(Promise.all([first.stop(), second.stop()]));
    await Promise.all(running);
    assert.deepEqual(sorted(scene.received()), upTo(4));
    assert.ok(scene.receiver.handovers.some(({ partition, pending }) => partition === 1 && pending));
  });

  it('calls off what it has in hand when its partition has been given to another, and commits nothing more for it', async () => {
    const scene = new Scene();
    await scene.write(upTo(6));
    let calledOff = false;
    const before = (_: Handover, signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        const stop = (): void => {
          calledOff = true;
          resolve();
        };
        signal.addEventListener('abort', stop);
      });
    const first = scene.delivery({ faults: { before } });
    const running = first.run();
    await scene.clock.advance(1000);
    const before2 = scene.commits.length;
    scene.cluster.expire(groupId, scene.cluster.members(groupId)[0]?.id ?? '');
    await scene.clock.advance(100);
    assert.equal(calledOff, true);
    assert.deepEqual(
      scene.commits.slice(before2).filter(({ metadata }) => metadata === ''),
      [],
    );
    await scene.clock.until(first.stop());
    await running;
  });

  it('commits again when the group has gone on to another epoch in the middle of a handover', async () => {
    const scene = new Scene();
    await scene.write(upTo(9));
    const after = ({ from }: Handover): void => {
      if (from === 3) scene.cluster.rebalance(groupId);
    };
    await scene.runUntil(scene.delivery({ faults: { after } }), () => scene.received().length >= 9);
    assert.deepEqual(scene.received(), upTo(9));
    assert.deepEqual(await scene.committed(), { offset: 9, metadata: '' });
  });

  it('ignores what somebody else has noted beside the offset', async () => {
    const scene = new Scene();
    await scene.write(upTo(4));
    const consumer = await scene.cluster.groupConsumer({ groupId, topics: [topic], from: 'earliest', listener: idle });
    await scene.clock.until(consumer.poll(1, 100));
    await consumer.commit([{ topic, partition: 0, offset: 2, metadata: 'set by hand' }]);
    await scene.clock.until(consumer.close());
    await scene.runUntil(scene.delivery(), () => scene.received().length >= 2);
    assert.deepEqual(scene.received(), [2, 3]);
  });

  it('counts every row once and in order for any crashes, lost answers and refusals to answer', async () => {
    const fault = fc.record({
      at: fc.nat(40),
      kind: fc.constantFrom('crash-before', 'crash-after', 'forgotten-crash', 'lost', 'away', 'expire', 'epoch'),
    });
    const plan = fc.record({
      faults: fc.array(fault, { maxLength: 8 }),
      partitions: fc.integer({ min: 1, max: 3 }),
      records: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ faults, partitions, records }) => {
        const scene = new Scene({ partitions });
        await scene.write(upTo(30));
        await new Storm(scene, faults).run(records);
        for (let partition = 0; partition < partitions; partition += 1) {
          const rows = scene.receiver.rows.filter((row) => row.partition === partition).map(({ value }) => value);
          assert.deepEqual(
            rows,
            upTo(30).filter((n) => n % partitions === partition),
          );
        }
      }),
      { numRuns: 60 },
    );
  });
});

interface Fault {
  readonly at: number;
  readonly kind: string;
}

/** Runs one process after the other, each until it dies, with faults at given handovers. */
class Storm {
  readonly #scene: Scene;
  readonly #faults: ReadonlyArray<Fault>;
  #handovers = 0;
  #process = 0;

  constructor(scene: Scene, faults: ReadonlyArray<Fault>) {
    this.#scene = scene;
    this.#faults = faults;
  }

  async run(records: number): Promise<void> {
    while (await this.#diesEarly(records));
  }

  async #diesEarly(records: number): Promise<boolean> {
    const process = this.#scene.cluster.connect(`process-${(this.#process += 1)}`);
    const died = gate();
    let isDead = false;
    const crash = (): Promise<void> => {
      process.crash();
      isDead = true;
      died.open();
      return never;
    };
    const delivery = this.#scene.delivery({ ports: { cluster: process }, options: { batch: { records } }, faults: this.#strikes(crash) });
    delivery.run().catch(() => undefined);
    await this.#scene.passUntil(() => isDead || this.#scene.received().length >= 30);
    await this.#scene.clock.until(Promise.race([delivery.stop(), died.opened]));
    return isDead;
  }

  #strikes(crash: () => Promise<void>): MemoryTargetFaults {
    let struck: string | undefined;
    return {
      before: () => {
        this.#handovers += 1;
        struck = this.#faults.find(({ at }) => at === this.#handovers)?.kind;
        if (struck === 'crash-before') return crash();
        if (struck === 'away') throw away();
        return undefined;
      },
      after: () => {
        const { cluster } = this.#scene;
        if (struck === 'crash-after') return crash();
        if (struck === 'forgotten-crash') {
          this.#scene.receiver.forgetTokens();
          return crash();
        }
        if (struck === 'lost') throw away();
        if (struck === 'epoch') cluster.rebalance(groupId);
        if (struck === 'expire') cluster.expire(groupId, cluster.members(groupId)[0]?.id ?? '');
        return undefined;
      },
    };
  }
}
