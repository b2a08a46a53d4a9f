import assert from 'node:assert/strict';
import { headerNames, headerOf } from '../../../../pipeline/runtime/headers.ts';
import { readTopic } from '../../../../pipeline/testing/drive/read-topic.ts';
import { newYear } from '../../../support/clicks.ts';
import { clicksOf, doubling, orders, orderTopics } from './orders.ts';
import { RedriveScene } from './scene.ts';

const topics = orderTopics();
const visitsOf = (...visitors: ReadonlyArray<string>): ReadonlyArray<{ visitor: string; country: string; at: number }> =>
  visitors.map((visitor) => ({ visitor, country: 'NL', at: newYear }));

describe('a redrive', () => {
  it('brings what was refused to the node that refused it, and repeats no sibling branch', async () => {
    const scene = await RedriveScene.of();
    await scene.versions.put(topics.clicked, ...clicksOf('a', 'bad', 'c'));
    await scene.versions.run(orders({ check: /bad/ }));
    assert.deepEqual(await scene.users(topics.checked), ['a', 'c']);
    const done = await scene.redrive(orders());
    await scene.versions.run(orders());
    assert.deepEqual(done, { meant: 1, redriven: 1, left: {}, isComplete: true });
    for (const out of [topics.all, topics.checked, topics.paged]) assert.deepEqual(await scene.users(out), ['a', 'bad', 'c'], out.name);
    assert.deepEqual(await scene.users(topics.both), ['a', 'a', 'bad', 'bad', 'c', 'c']);
    assert.equal((await scene.letters()).length, 1);
  });

  it('that is repeated has the effect of one', async () => {
    const scene = await RedriveScene.of();
    await scene.versions.put(topics.clicked, ...clicksOf('bad1', 'bad2', 'c'));
    await scene.versions.run(orders({ check: /bad/ }));
    const both = [await scene.redrive(orders()), await scene.redrive(orders())];
    await scene.versions.run(orders());
    assert.deepEqual(
      both.map(({ redriven, left }) => [redriven, left]),
      [
        [2, {}],
        [0, { redriven: 2 }],
      ],
    );
    assert.deepEqual((await scene.redrive(orders())).left, { redriven: 2 });
    await scene.versions.run(orders());
    assert.deepEqual(await scene.users(topics.checked), ['bad1', 'bad2', 'c']);
  });

  it('goes past a dedupe that knows the record, and counts in windows once', async () => {
    const scene = await RedriveScene.of();
    const [click] = clicksOf('bad');
    await scene.versions.put(topics.clicked, click!, click!);
    await scene.versions.run(orders({ check: /bad/ }));
    await scene.redrive(orders());
    await scene.versions.run(orders());
    await scene.versions.put(topics.clicked, { ...click!, at: newYear + 600_000 });
    await scene.versions.run(orders());
    const counts = await scene.versions.values({ ...topics.all, name: 'orders.counts' });
    const first = counts.filter(({ at }) => at === newYear).map(({ page }) => page.id);
    assert.deepEqual(first.at(-1), '1');
  });

  it('goes past a join, which still knows the other side, and repeats nothing that hangs from it', async () => {
    const scene = await RedriveScene.of();
    await scene.versions.put(topics.visits, ...visitsOf('a', 'bad'));
    await scene.versions.put(topics.clicked, ...clicksOf('a', 'bad'));
    await scene.versions.run(orders({ verify: /bad/ }));
    await scene.redrive(orders());
    await scene.versions.run(orders());
    assert.deepEqual(await scene.users(topics.met), ['a', 'bad']);
    assert.deepEqual(await scene.users(topics.verified), ['a', 'bad']);
    assert.deepEqual(await scene.users(topics.all), ['a', 'bad']);
  });

  it('goes into the repartition behind which a record was refused', async () => {
    const scene = await RedriveScene.of();
    await scene.versions.put(topics.clicked, ...clicksOf('a', 'bad'));
    await scene.versions.run(orders({ page: /bad/ }));
    await scene.redrive(orders());
    await scene.versions.run(orders());
    for (const out of [topics.paged, topics.checked, topics.all]) assert.deepEqual(await scene.users(out), ['a', 'bad'], out.name);
  });

  it('names the provenance that the record had, so that ids come out as they would have', async () => {
    const scene = await RedriveScene.of();
    await scene.versions.put(topics.clicked, ...clicksOf('bad'));
    await scene.versions.run(orders({ check: /bad/ }));
    const [letter] = await scene.letters();
    await scene.redrive(orders());
    await scene.versions.run(orders());
    const [out] = await scene.versions.clock.until(readTopic(scene.versions.cluster, topics.checked.name));
    assert.ok(headerOf(out?.headers, headerNames.provenance)?.toString().startsWith(letter!.provenance));
  });

  it('is passed over by another topology that reads the same topic', async () => {
    const scene = await RedriveScene.of();
    await scene.versions.put(topics.clicked, ...clicksOf('bad'));
    await scene.versions.run(orders({ check: /bad/ }));
    await scene.redrive(orders());
    await scene.versions.run({ ...orders(), name: 'others' });
    assert.deepEqual(await scene.users(topics.checked), ['bad']);
  });

  it('refuses what does not come to its node any more, and drops nothing', async () => {
    const scene = await RedriveScene.of();
    await scene.versions.put(topics.clicked, ...clicksOf('bad'));
    await scene.versions.run(orders({ check: /bad/ }));
    await scene.redrive(orders());
    await scene.versions.run(orders({ aside: /bad/ }));
    const rules = (await scene.letters()).map(({ node, rule }) => [node, rule]);
    assert.deepEqual(rules, [
      ['check', 'user_refused'],
      ['check', 'redrive_astray'],
    ]);
    assert.deepEqual(await scene.users(topics.aside), []);
  });

  it('goes on to where it was going after it was refused on the way', async () => {
    const scene = await RedriveScene.of();
    await scene.versions.put(topics.clicked, ...clicksOf('bad'));
    await scene.versions.run(orders({ check: /bad/ }));
    await scene.redrive(orders());
    await scene.versions.run(orders({ early: /bad/ }));
    assert.deepEqual(
      (await scene.letters()).map(({ node }) => node),
      ['check', 'early'],
    );
    await scene.redrive(orders());
    await scene.versions.run(orders());
    assert.deepEqual(await scene.users(topics.all), ['bad']);
    assert.deepEqual(await scene.users(topics.checked), ['bad']);
  });

  it('leaves what was refused as often as the limit allows', async () => {
    const scene = await RedriveScene.of();
    const refusing = orders({ check: /bad/ });
    await scene.versions.put(topics.clicked, ...clicksOf('bad'));
    await scene.versions.run(refusing);
    const rounds = [];
    for (let round = 0; round < 3; round += 1) {
      rounds.push(await scene.redrive(refusing));
      await scene.versions.run(refusing);
    }
    assert.deepEqual(
      rounds.map(({ redriven }) => redriven),
      [1, 1, 0],
    );
    assert.deepEqual(rounds[2]?.left, { redriven: 2, attempts: 1 });
    assert.equal((await scene.letters()).length, 3);
    assert.equal((await scene.redrive(refusing, { mostAttempts: 4 })).redriven, 1);
  });

  it('leaves one of several that a record was made into', async () => {
    const scene = await RedriveScene.of();
    await scene.versions.put(topics.clicked, ...clicksOf('bad'));
    await scene.versions.run(doubling(/bad/));
    assert.deepEqual((await scene.redrive(doubling(/^$/))).left, { expanded: 1 });
  });

  it('leaves what a node refused that is there no more', async () => {
    const scene = await RedriveScene.of();
    await scene.versions.put(topics.clicked, ...clicksOf('bad'));
    await scene.versions.run(orders({ early: /bad/ }));
    assert.deepEqual((await scene.redrive(doubling(/^$/))).left, { no_way: 1 });
  });

  it('says what it would do and writes nothing', async () => {
    const scene = await RedriveScene.of();
    await scene.versions.put(topics.clicked, ...clicksOf('bad', 'worse'));
    await scene.versions.run(orders({ check: /bad|worse/ }));
    const before = (await scene.versions.clock.until(readTopic(scene.versions.cluster, topics.clicked.name))).length;
    assert.equal((await scene.redrive(orders(), { isDry: true })).redriven, 2);
    assert.equal((await scene.versions.clock.until(readTopic(scene.versions.cluster, topics.clicked.name))).length, before);
    assert.equal((await scene.redrive(orders())).redriven, 2);
  });
});
