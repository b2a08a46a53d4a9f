import assert from 'node:assert/strict';
import { MillraceError } from '../../../../pipeline/core/errors.ts';
import type { Topology } from '../../../../pipeline/core/graph.ts';
import { manifestTopic } from '../../../../pipeline/core/internal-topics.ts';
import { noLog } from '../../../../pipeline/core/ports/log.ts';
import { topology } from '../../../../pipeline/core/topology.ts';
import { keepManifest } from '../../../../pipeline/runtime/manifest/keep-manifest.ts';
import { readManifest } from '../../../../pipeline/runtime/manifest/read-manifest.ts';
import { readTopic } from '../../../../pipeline/testing/drive/read-topic.ts';
import { dedupe } from '../../../../operators/dedupe.ts';
import { filter } from '../../../../operators/filter.ts';
import { type Click, clicked, clickOf, deadLetter, newYear, paidClicks } from '../../../support/clicks.ts';
import { Versions } from './versions.ts';

const topics = { clicked: 2, 'clicks.paid': 2, 'clicks.dead-letter': 1 };

const once = (except: ReadonlyArray<'at' | 'paid'> = [], name = 'once'): Topology =>
  topology('clicks', { deadLetter }, (t) => {
    t.source('in', clicked)
      .pipe(dedupe<Click, 'user'>(name, { key: ['user'], within: 1_000_000, except }))
      .to('out', paidClicks);
  });

const without = topology('clicks', { deadLetter }, (t) => {
  t.source('in', clicked)
    .pipe(filter('paid', (click) => click.paid))
    .to('out', paidClicks);
});

const written = async (versions: Versions): Promise<number> => (await readTopic(versions.cluster, manifestTopic('clicks'))).length;

const users = async (versions: Versions): Promise<ReadonlyArray<string>> => (await versions.values(paidClicks)).map(({ user }) => user);

describe('the manifest of a topology', () => {
  it('is written by the first start and left as it is by the same version', async () => {
    const versions = await Versions.of(topics);
    await versions.run(once());
    await versions.run(once());
    const manifest = await readManifest(versions.cluster, 'clicks');
    assert.equal(await written(versions), 1);
    assert.equal(manifest?.revision, 1);
    assert.deepEqual(manifest.reads, { clicked: { partitions: 2, time: 'at' } });
    assert.deepEqual(
      manifest.state.map(({ node, kind, partitions }) => ({ node, kind, partitions })),
      [{ node: 'once', kind: 'dedupe', partitions: 2 }],
    );
  });

  it('is written by one of many that start at once', async () => {
    const versions = await Versions.of(topics);
    const deps = { cluster: versions.cluster, clock: versions.clock, log: noLog };
    const kept = await versions.clock.until(Promise.all(Array.from({ length: 8 }, () => keepManifest(once(), deps))));
    assert.equal(await written(versions), 1);
    assert.deepEqual(new Set(kept.map(({ revision }) => revision)), new Set([1]));
  });

  it('is written once although the commit of it ends in the dark', async () => {
    let struck = 0;
    const versions = await Versions.of(topics, {
      after: ({ operation, name }) => {
        if (operation !== 'commit' || name !== manifestTopic('clicks') || struck++ > 0) return;
        throw new MillraceError('cluster_unavailable', 'no answer, on purpose');
      },
    });
    const deps = { cluster: versions.cluster, clock: versions.clock, log: noLog };
    await versions.clock.until(keepManifest(once(), deps));
    assert.equal(struck, 1);
    assert.equal(await written(versions), 1);
  });

  it('gives up after a while when another one holds it all the time', async () => {
    const versions = await Versions.of(topics, {
      before: ({ operation, name }) => {
        if (operation === 'commit' && name === manifestTopic('clicks')) throw new MillraceError('fenced', 'on purpose');
      },
    });
    const deps = { cluster: versions.cluster, clock: versions.clock, log: noLog };
    await assert.rejects(versions.clock.until(keepManifest(once(), deps)), { code: 'fenced' });
  });

  it('cannot be read by a version that does not know its form', async () => {
    const versions = await Versions.of({ ...topics, [manifestTopic('clicks')]: 1 });
    const producer = await versions.cluster.producer();
    await producer.send({ topic: manifestTopic('clicks'), key: null, value: Buffer.from('{"format":2}') });
    await assert.rejects(readManifest(versions.cluster, 'clicks'), { code: 'state_mismatch', message: /form/ });
    await producer.send({ topic: manifestTopic('clicks'), key: null, value: Buffer.from('?') });
    await assert.rejects(readManifest(versions.cluster, 'clicks'), { code: 'state_mismatch', message: /not JSON/ });
  });
});

describe('a version that follows another', () => {
  it('is refused if the state of a node is not the same, with the node, what changed and the ways out', async () => {
    const versions = await Versions.of(topics);
    await versions.run(once());
    await assert.rejects(versions.start(once(['at'])), (error) => {
      assert(error instanceof MillraceError);
      assert.equal(error.code, 'state_mismatch');
      for (const part of ['"once"', 'parameters.except: [] → ["at"]', 'rename', 'migrate', '--accept once=reset', '--accept once=keep']) {
        assert.ok(error.message.includes(part), `${part} in ${error.message}`);
      }
      return true;
    });
    assert.equal(await written(versions), 1);
  });

  it('is refused if its topics have other partition counts, before anything is created', async () => {
    const versions = await Versions.of(topics);
    await versions.run(once());
    const admin = await versions.cluster.admin();
    await admin.deleteTopics(['clicked']);
    await admin.createTopics([{ topic: 'clicked', partitions: 4 }]);
    await assert.rejects(versions.start(once()), { code: 'needs_new_group', message: /partitions of clicked: 2 → 4/ });
    assert.equal(await written(versions), 1);
  });

  it('begins with empty state if a reset was ordered, and restarts with its own', async () => {
    const versions = await Versions.of(topics);
    await versions.put(clicked, clickOf('a'));
    await versions.run(once());
    await versions.put(clicked, clickOf('a'), clickOf('b'));
    await versions.run(once(['at']), { once: 'reset' });
    assert.deepEqual(await users(versions), ['a', 'a', 'b']);
    await versions.put(clicked, clickOf('a', newYear + 1), clickOf('b', newYear + 1));
    await versions.run(once(['at']), { once: 'reset' });
    assert.deepEqual(await users(versions), ['a', 'a', 'b']);
    assert.equal(await written(versions), 2);
  });

  it('goes on with the state that is there if that was ordered', async () => {
    const versions = await Versions.of(topics);
    await versions.put(clicked, clickOf('a'));
    await versions.run(once());
    await versions.put(clicked, clickOf('a'), clickOf('b'));
    await versions.run(once(['at']), { once: 'keep' });
    assert.deepEqual(await users(versions), ['a', 'b']);
  });

  it('is refused although something was ordered about another node', async () => {
    const versions = await Versions.of(topics);
    await versions.run(once());
    await assert.rejects(versions.start(once(['at']), { twice: 'reset' }), { code: 'state_mismatch' });
  });

  it('begins empty under another name of the node', async () => {
    const versions = await Versions.of(topics);
    await versions.put(clicked, clickOf('a'));
    await versions.run(once());
    await versions.put(clicked, clickOf('a'));
    await versions.run(once(['at'], 'once-more'));
    assert.deepEqual(await users(versions), ['a', 'a']);
  });

  it('is compared with the state of a node that was gone for a while', async () => {
    const versions = await Versions.of(topics);
    await versions.run(once());
    await versions.run(without);
    await assert.rejects(versions.start(once(['at'])), { code: 'state_mismatch' });
    await versions.run(once());
    assert.equal(await written(versions), 3);
  });

  it('reads a changelog from its beginning that was deleted after a reset', async () => {
    const versions = await Versions.of(topics);
    await versions.put(clicked, clickOf('a'), clickOf('b'), clickOf('c'));
    await versions.run(once());
    await versions.run(once(['at']), { once: 'reset' });
    const admin = await versions.cluster.admin();
    await admin.deleteTopics(['millrace.clicks.once.changelog']);
    await versions.put(clicked, clickOf('a'));
    await versions.run(once(['at']));
    await versions.put(clicked, clickOf('a', newYear + 1), clickOf('b'));
    await versions.run(once(['at']));
    assert.deepEqual(await users(versions), ['a', 'b', 'c', 'a', 'b']);
  });
});
