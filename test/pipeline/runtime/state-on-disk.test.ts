import assert from 'node:assert/strict';
import { internalTopic } from '../../../pipeline/core/internal-topics.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import { Processes } from '../../../pipeline/testing/processes.ts';
import { clicked, clickOf, deadLetter, newYear, paidClicks } from '../../support/clicks.ts';
import { Disks } from './disks.ts';
import { numbered } from './numbered.ts';

const counting = topology('counting', { deadLetter }, (t) => t.source('in', clicked).pipe(numbered('number')).to('out', paidClicks));
const changelog = internalTopic('counting', 'number', 'changelog');

describe('state on disk', () => {
  let disks: Disks;
  let processes: Processes;

  beforeEach(async () => {
    disks = await Disks.open();
    processes = await Processes.of(counting, { deps: (clock, client) => disks.deps(clock, client) });
  });

  afterEach(async () => {
    await processes.close();
    await disks.remove();
  });

  /** One commit for each click. */
  const click = async (users: number, from = 0): Promise<void> => {
    for (let n = from; n < from + users; n += 1) {
      await processes.put(clicked, clickOf(`user-${n}`, newYear + n));
      await processes.advance(150);
    }
  };

  const restart = async (): Promise<void> => {
    processes.crash('0');
    await processes.start('0');
    await processes.advance(30_000);
  };

  const replayed = (): ReadonlyArray<unknown> => disks.told('state restored').map(({ records }) => records);

  /** The numbers that a click of each user gets now. */
  const numbersOf = async (...users: ReadonlyArray<number>): Promise<ReadonlyArray<string>> => {
    const before = (await processes.values(paidClicks)).length;
    await processes.put(clicked, ...users.map((n) => clickOf(`user-${n}`, newYear + 10_000)));
    await processes.advance(1_000);
    return (await processes.values(paidClicks)).slice(before).map(({ page }) => page.id);
  };

  it('is read on after a crash, with what of the changelog it does not have', async () => {
    await processes.start('0');
    await click(40);
    await processes.advance(30_000);
    await click(3, 40);
    disks.snapshot('0');
    await click(5, 43);
    disks.goBack('0');
    await restart();
    // The five that it does not have, and a few before them: one for each commit since the end of the changelog was seen.
    const [records] = replayed().map(Number);
    assert.ok(records !== undefined && records >= 5 && records <= 9, `${records}`);
    assert.deepEqual(await numbersOf(0, 39, 42, 47, 48), ['2', '2', '2', '2', '1']);
  });

  it('is rebuilt from the whole changelog when the disk is lost, to the same', async () => {
    await processes.start('0');
    await click(40);
    disks.lose('0');
    await restart();
    assert.deepEqual(replayed(), [40]);
    assert.deepEqual(await numbersOf(0, 39, 40), ['2', '2', '1']);
  });

  it('is rebuilt, and a line says why, when the changelog ends before it', async () => {
    await processes.start('0');
    await click(10);
    await processes.advance(30_000);
    const stores = processes.runners.flatMap(({ tasks }) => tasks.map(({ nodes }) => nodes.stores.get('number')));
    await stores[0]?.publish(1_000);
    await restart();
    const { high } = await (await processes.cluster.admin()).watermarks({ topic: changelog, partition: 0 }, 'uncommitted');
    assert.deepEqual(
      disks
        .told('the state on disk is not used: the changelog does not go on where it stands, and it is rebuilt')
        .map(({ task, node, position, high: end }) => [task, node, position, end]),
      [['in/0', 'number', 1_000, high]],
    );
    assert.deepEqual(replayed(), [10]);
    assert.deepEqual(await numbersOf(0, 10), ['2', '1']);
  });

  it('is rebuilt when the changelog begins behind it', async () => {
    await processes.start('0');
    await click(10);
    disks.snapshot('0');
    await click(10, 10);
    const admin = await processes.cluster.admin();
    const { high } = await admin.watermarks({ topic: changelog, partition: 0 }, 'uncommitted');
    await admin.deleteRecordsBefore([{ topic: changelog, partition: 0, offset: high - 4 }]);
    disks.goBack('0');
    await restart();
    assert.deepEqual(replayed(), [2]);
    assert.deepEqual(await numbersOf(0, 19), ['1', '2']);
  });

  it('is not believed when the changelog was made anew', async () => {
    await processes.start('0');
    await click(3);
    await processes.stop('0');
    const admin = await processes.cluster.admin();
    await admin.deleteTopics([changelog]);
    await processes.start('0');
    await processes.advance(1_000);
    const [reason] = disks.told('the state on disk is not used: it was set aside and is rebuilt from the changelog');
    assert.match(String(reason?.reason), /its changelog topic id is/);
    assert.deepEqual(await numbersOf(0), ['1']);
  });

  it('notes on the way how far a long restore has come, and a restart goes on from there', async () => {
    await processes.start('0');
    await click(20);
    await processes.stop('0');
    disks.lose('0');
    const open = await processes.cluster.transactionalProducer('other');
    await open.begin();
    open.produce({ topic: changelog, partition: 0, key: Buffer.from('x'), value: null });
    await processes.start('0');
    await processes.advance(6_000);
    processes.crash('0');
    await open.abort();
    await processes.start('0');
    await processes.advance(30_000);
    assert.deepEqual(replayed(), [0]);
    assert.deepEqual(await numbersOf(0, 19), ['2', '2']);
  });

  it('lets a task go in the middle of its restore', async () => {
    await processes.start('0');
    await click(5);
    await processes.stop('0');
    const open = await processes.cluster.transactionalProducer('other');
    await open.begin();
    open.produce({ topic: changelog, partition: 0, key: Buffer.from('x'), value: null });
    await processes.start('0');
    await processes.advance(200);
    processes.expire('0');
    await processes.advance(200);
    await open.abort();
    await processes.advance(1_000);
    assert.deepEqual(
      processes.runners.flatMap(({ tasks }) => tasks.map(({ isReady }) => isReady)),
      [true],
    );
    assert.deepEqual(await numbersOf(0), ['2']);
  });
});
