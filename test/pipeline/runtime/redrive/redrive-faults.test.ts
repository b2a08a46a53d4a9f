import assert from 'node:assert/strict';
import type { MemoryFaults, Operation, Step } from '../../../../pipeline/cluster/memory/faults.ts';
import { MillraceError } from '../../../../pipeline/core/errors.ts';
import { clicksOf, orders, orderTopics } from './orders.ts';
import { RedriveScene } from './scene.ts';

const topics = orderTopics();
const users = Array.from({ length: 40 }, (_, n) => `bad${n}`);
const operations: ReadonlyArray<Operation> = ['init', 'begin', 'produce', 'commit'];
const moments = ['before', 'after'] as const;

/** Strikes a redrive once, at the nth operation of a kind; undefined strikes nobody until it is set. */
interface Strike {
  readonly faults: MemoryFaults;
  strike: ((step: Step) => void) | undefined;
}

const strikeAt = (operation: Operation, moment: (typeof moments)[number], nth = 1): Strike => {
  let seen = 0;
  const armed: Strike = {
    strike: undefined,
    faults: {
      [moment]: (step: Step) => {
        if (step.client !== 'redrive' || step.operation !== operation || armed.strike === undefined) return;
        seen += 1;
        if (seen === nth) armed.strike(step);
      },
    },
  };
  return armed;
};

const refused = async (faults: MemoryFaults): Promise<RedriveScene> => {
  const scene = await RedriveScene.of(faults);
  await scene.versions.put(topics.clicked, ...clicksOf(...users));
  await scene.versions.run(orders({ check: /bad/ }));
  return scene;
};

const holdsOnce = async (scene: RedriveScene): Promise<void> => {
  await scene.versions.run(orders());
  for (const out of [topics.all, topics.checked]) assert.deepEqual(await scene.users(out), users.toSorted(), out.name);
};

describe('a redrive in trouble', () => {
  for (const operation of operations)
    for (const moment of moments) {
      it(`sends each letter once if the cluster fails ${moment} it can ${operation}`, async () => {
        const armed = strikeAt(operation, moment, operation === 'produce' ? 7 : 1);
        const scene = await refused(armed.faults);
        let struck = 0;
        armed.strike = () => {
          struck += 1;
          throw new MillraceError('cluster_unavailable', 'the broker is away');
        };
        const { redriven, left } = await scene.redrive(orders());
        assert.deepEqual({ redriven, left, struck }, { redriven: users.length, left: {}, struck: 1 });
        await holdsOnce(scene);
      });

      it(`sends each letter once if it is killed ${moment} it can ${operation} and run again`, async () => {
        const armed = strikeAt(operation, moment, operation === 'produce' ? 7 : 1);
        const scene = await refused(armed.faults);
        const first = scene.versions.cluster.connect('redrive');
        armed.strike = () => {
          first.crash();
          throw new MillraceError('engine_defect', 'killed');
        };
        await assert.rejects(scene.redrive(orders(), { cluster: first }), /killed/);
        const again = await scene.redrive(orders(), { cluster: scene.versions.cluster.connect('again') });
        assert.equal(again.redriven + (again.left.redriven ?? 0), users.length);
        await holdsOnce(scene);
      });
    }

  it('ends when another one of the topology has begun, and both together send each letter once', async () => {
    let others = 0;
    const scene = await refused({
      before: async ({ client, operation }) => {
        if (client !== 'redrive' || operation !== 'commit') return;
        others += 1;
        await scene.redrive(orders(), { cluster: scene.versions.cluster.connect('other') });
      },
    });
    await assert.rejects(scene.redrive(orders()), { code: 'fenced' });
    assert.equal(others, 1);
    await holdsOnce(scene);
  });

  it('ends after the batch in hand when it is asked to', async () => {
    const scene = await refused({});
    const ending = new AbortController();
    ending.abort();
    assert.deepEqual(await scene.redrive(orders(), { signal: ending.signal }), { meant: 0, redriven: 0, left: {}, isComplete: false });
    await scene.redrive(orders());
    await holdsOnce(scene);
  });
});
