import assert from 'node:assert/strict';
import type { Selection } from '../../../../pipeline/runtime/redrive/selection.ts';
import { clicksOf, orders, orderTopics } from './orders.ts';
import { RedriveScene } from './scene.ts';

const topics = orderTopics();
const hour = 3_600_000;

/** Four letters: two of one rule, one an hour later, and one that is refused behind the repartition. */
const refused = async (): Promise<RedriveScene> => {
  const scene = await RedriveScene.of({}, 1);
  await scene.versions.put(topics.clicked, ...clicksOf('early1', 'check1'));
  await scene.versions.run(orders({ early: /early/, check: /check/, page: /page/ }));
  await scene.versions.clock.advance(hour);
  await scene.versions.put(topics.clicked, ...clicksOf('early2', 'page1'));
  await scene.versions.run(orders({ early: /early/, check: /check/, page: /page/ }));
  assert.deepEqual(
    (await scene.letters()).map(({ node }) => node),
    ['early', 'check', 'early', 'page-check'],
  );
  return scene;
};

const selections: Readonly<Record<string, readonly [selection: Partial<Selection>, meant: number]>> = {
  everything: [{}, 4],
  'a rule': [{ rules: ['too_early'] }, 2],
  'two rules': [{ rules: ['too_early', 'user_refused'] }, 3],
  'a node': [{ nodes: ['page-check'] }, 1],
  'a topic': [{ topics: ['orders.clicked'] }, 3],
  'an internal topic': [{ topics: ['millrace.orders.by-page.repartition'] }, 1],
  'a partition': [{ partitions: [0] }, 4],
  'another partition': [{ partitions: [1] }, 0],
  'a rule at a node that has none of it': [{ rules: ['too_early'], nodes: ['check'] }, 0],
  offsets: [{ range: { offsets: [{ topic: topics.dead.name, partition: 0, from: 1, to: 2 }] } }, 1],
};

describe('a selection of dead letters', () => {
  for (const [what, [selection, meant]] of Object.entries(selections)) {
    it(`by ${what} redrives those and leaves the others for later`, async () => {
      const scene = await refused();
      const done = await scene.redrive(orders(), { selection });
      assert.deepEqual([done.meant, done.redriven], [meant, meant]);
      const rest = await scene.redrive(orders());
      assert.deepEqual([rest.meant, rest.redriven], [4, 4 - meant]);
    });
  }

  it('by time takes what was refused before or from then on', async () => {
    const scene = await refused();
    const time = scene.versions.clock.now() - hour / 2;
    assert.equal((await scene.redrive(orders(), { selection: { range: { to: time } }, isDry: true })).redriven, 2);
    assert.equal((await scene.redrive(orders(), { selection: { range: { from: time } }, isDry: true })).redriven, 2);
  });

  it('by offsets that are not there is refused', async () => {
    const scene = await refused();
    const offsets = [{ topic: topics.dead.name, partition: 0, from: 0, to: 1_000 }];
    await assert.rejects(scene.redrive(orders(), { selection: { range: { offsets } } }), { code: 'bad_config', message: /not in the log/ });
  });

  it('in a dead letter that does not exist is refused', async () => {
    const scene = await refused();
    await assert.rejects(scene.redrive(orders(), { deadLetter: 'nowhere' }), { code: 'unknown_topic', message: /nowhere/ });
  });
});
