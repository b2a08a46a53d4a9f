import assert from 'node:assert/strict';
import { noLog } from '../../../../pipeline/core/ports/log.ts';
import { noMeter } from '../../../../pipeline/core/ports/meter.ts';
import type { RunnerDeps } from '../../../../pipeline/runtime/open-process.ts';
import { compareReplay } from '../../../../pipeline/runtime/replay/compare-replay.ts';
import type { OutputComparison } from '../../../../pipeline/runtime/replay/compare-outputs.ts';
import { removeReplay } from '../../../../pipeline/runtime/replay/replay-topics.ts';
import { type Replayed, type ReplayOptions, runReplay } from '../../../../pipeline/runtime/replay/run-replay.ts';
import { memoryStore } from '../../../../pipeline/state/memory-store.ts';
import type { Topology } from '../../../../pipeline/core/graph.ts';
import { readTopic } from '../../../../pipeline/testing/drive/read-topic.ts';
import { clicked, clickOf, newYear } from '../../../support/clicks.ts';
import { Versions } from '../manifest/versions.ts';
import { shop, shopRound, shopTopics } from './shop.ts';

const partitions = 3;
const topics = { clicked: partitions, 'clicks.paid': 2, 'clicks.last': 2, 'clicks.minutes': 2, 'clicks.dead-letter': 1 };

const users = 20;
const rounds = 12;

const ran = async (): Promise<Versions> => {
  const versions = await Versions.of(topics);
  for (let n = 0; n < rounds; n += 1) {
    await versions.put(clicked, ...shopRound(n));
    if (n % 5 === 4) await versions.run(shop());
  }
  await versions.run(shop());
  return versions;
};

const depsOf = ({ cluster, wire, clock }: Versions): RunnerDeps => ({
  cluster,
  wire,
  clock,
  meter: noMeter,
  log: noLog,
  makeStore: (spec, { node }) => memoryStore(spec, { node }),
});

const replay = (versions: Versions, options: Partial<ReplayOptions> = {}, topology: Topology = shop()): Promise<Replayed> =>
  versions.clock.until(runReplay(topology, depsOf(versions), { id: 'again', range: {}, ...options }));

const compared = async (versions: Versions, replayed: Replayed): Promise<ReadonlyMap<string, OutputComparison>> => {
  const comparisons = await versions.clock.until(compareReplay(shop(), versions, { replayed }));
  return new Map(comparisons.map((comparison) => [comparison.topic, comparison]));
};

const isAlike = ({ different, onlyHere, onlyThere }: OutputComparison): boolean => different + onlyHere + onlyThere === 0;

const sizes = async (versions: Versions): Promise<ReadonlyArray<number>> =>
  Promise.all(Object.keys(topics).map(async (topic) => (await readTopic(versions.cluster, topic)).length));

describe('a replay', () => {
  it('makes the same records and the same final results as the runs before', async () => {
    const versions = await ran();
    const replayed = await replay(versions);
    const outputs = await compared(versions, replayed);
    for (const comparison of outputs.values()) assert.ok(isAlike(comparison), JSON.stringify(comparison));
    const same = (topic: string): number => outputs.get(topic)?.same ?? 0;
    const counts = [same('clicks.paid'), same('clicks.last'), same('clicks.dead-letter')];
    assert.deepEqual(counts, [rounds * users * 2, users, rounds]);
    assert.ok(same('clicks.minutes') >= 8, String(same('clicks.minutes')));
    assert.equal(same('millrace.shop.minute-rows.delivery'), same('clicks.minutes'));
    assert.equal(replayed.isComplete, true);
    assert.deepEqual(replayed.progress.done, replayed.progress.all);
  });

  it('writes nothing but into topics of its own, and they can be removed', async () => {
    const versions = await ran();
    const before = await sizes(versions);
    const { outputs, topology } = await replay(versions);
    assert.deepEqual(await sizes(versions), before);
    assert.deepEqual(
      outputs.map(({ replayed }) => replayed.startsWith('millrace.shop.replay-again.')),
      outputs.map(() => true),
    );
    assert.equal(topology.name, 'shop.replay-again');
    await removeReplay(versions.cluster, shop(), 'again');
    const admin = await versions.cluster.admin();
    const gone = ['millrace.shop.replay-again.once.changelog', 'millrace.shop.replay-again.manifest', ...outputs.map((o) => o.replayed)];
    assert.equal((await admin.partitions(gone)).size, 0);
    await replay(versions);
  });

  it('is refused under an id that is taken', async () => {
    const versions = await ran();
    await replay(versions);
    await assert.rejects(replay(versions), { code: 'bad_config', message: /another id/ });
  });

  it('reads a range of offsets and nothing beyond', async () => {
    const versions = await ran();
    const offsets = [
      { topic: 'clicked', partition: 0, from: 10, to: 30 },
      { topic: 'clicked', partition: 1, from: 5, to: 5 },
      { topic: 'clicked', partition: 2, from: 0, to: 7 },
    ];
    const replayed = await replay(versions, { range: { offsets } });
    assert.deepEqual(replayed.progress, { done: 27, all: 27, fed: replayed.progress.fed });
    const provenance = (await readTopic(versions.cluster, 'millrace.shop.replay-again.out.clicks.paid')).map(({ headers }) =>
      Object.values(headers?.[0] ?? {}).join(''),
    );
    const places = provenance.map((text) => text.split(':').slice(1).map(Number));
    assert.ok(places.length > 0);
    for (const [partition = 0, offset = 0] of places) {
      const range = offsets[partition];
      assert.ok(range !== undefined && offset >= range.from && offset < range.to, `${partition}:${offset}`);
    }
  });

  it('closes windows although a partition has nothing in the range', async () => {
    const versions = await ran();
    const { high } = await (await versions.cluster.reader('committed')).watermarks({ topic: 'clicked', partition: 0 }, 'committed');
    const rest = [1, 2].map((partition) => ({ topic: 'clicked', partition, from: 0, to: 0 }));
    await replay(versions, { range: { offsets: [{ topic: 'clicked', partition: 0, from: 0, to: high }, ...rest] } });
    const rows = await versions.values({ ...shopTopics().minutes, name: 'millrace.shop.replay-again.out.clicks.minutes' });
    assert.ok(rows.some(({ final }) => final));
  });

  it('tells by time where a range begins and ends', async () => {
    const versions = await ran();
    const at = newYear + 3 * 30_000;
    await versions.clock.advance(1_000_000);
    const middle = versions.clock.now();
    await versions.clock.advance(1_000);
    await versions.put(clicked, clickOf('late', at), clickOf('u1', at + 1));
    const { progress } = await replay(versions, { range: { from: middle } });
    assert.equal(progress.all, 2);
    const { ranges } = await replay(versions, { id: 'other', range: { to: middle } });
    assert.equal(
      ranges.reduce((sum, { from, to }) => sum + to - from, 0),
      rounds * (users * 3 + 1),
    );
  });

  it('is refused offsets that are not in the log, all at once', async () => {
    const versions = await ran();
    const offsets = [
      { topic: 'clicked', partition: 0, from: 0, to: 1_000_000 },
      { topic: 'clicks.paid', partition: 0, from: 0, to: 1 },
      { topic: 'clicked', partition: 1, from: 3, to: 2 },
    ];
    await assert.rejects(replay(versions, { range: { offsets } }), (error) => {
      assert(error instanceof Error);
      assert.equal(error.message.split('\n').length, 3);
      return true;
    });
  });

  it('ends when it is told to, with what was committed by then', async () => {
    const versions = await ran();
    const ending = new AbortController();
    const { isComplete, progress } = await replay(versions, { signal: ending.signal, progress: ({ fed }) => fed > 0 && ending.abort() });
    assert.equal(isComplete, false);
    assert.ok(progress.done < progress.all || progress.fed > 0);
  });
});

describe('the comparison of a replay', () => {
  it('names what differs in each result when the topology has changed', async () => {
    const versions = await ran();
    const replayed = await replay(versions, {}, shop('BE', 4));
    const outputs = await compared(versions, replayed);
    const last = outputs.get('clicks.last');
    assert.equal(last?.different, users);
    assert.deepEqual(last.examples[0], { id: 'u0', is: 'different', changes: ['country: "NL" → "BE"'] });
    assert.ok(isAlike(outputs.get('clicks.paid')!));
  });

  it('tells what is only here or only there', async () => {
    const versions = await ran();
    const outputs = await compared(versions, await replay(versions, {}, shop('NL', 2)));
    const paid = outputs.get('clicks.paid');
    assert.equal(paid?.onlyThere, rounds * 10 * 2);
    assert.equal(paid.onlyHere, 0);
    assert.equal(paid.examples.length, 10);
    assert.equal(outputs.get('clicks.dead-letter')?.onlyHere, rounds * 10 * 3);
    const minutes = outputs.get('clicks.minutes');
    assert.ok((minutes?.different ?? 0) > 0);
    assert.ok(minutes?.examples.every(({ changes }) => changes.length === 1 && changes[0]?.startsWith('clicks: ')));
  });

  it('tells results apart by the fields that were chosen, and passes over those that may differ', async () => {
    const versions = await ran();
    const replayed = await replay(versions, {}, shop('BE'));
    const choice = { keys: { 'clicks.last': ['visitor', 'at'] }, ignore: ['country'] };
    const comparisons = await versions.clock.until(compareReplay(shop(), versions, { replayed, choice }));
    const last = comparisons.find(({ topic }) => topic === 'clicks.last');
    assert.equal(last?.same, rounds * users * 2);
    assert.ok(isAlike(last));
  });

  it('compares with what came of the range alone', async () => {
    const versions = await ran();
    const offsets = [0, 1, 2].map((partition) => ({ topic: 'clicked', partition, from: 0, to: 20 }));
    const outputs = await compared(versions, await replay(versions, { range: { offsets } }));
    const paid = outputs.get('clicks.paid');
    assert.ok(paid !== undefined && isAlike(paid));
    assert.ok(paid.same > 0 && paid.same < 60, String(paid.same));
  });
});
