import assert from 'node:assert/strict';
import type { Topology } from '../../../pipeline/core/graph.ts';
import { table } from '../../../pipeline/core/table.ts';
import { type TopologyBuilder, topology } from '../../../pipeline/core/topology.ts';
import { externalTopics, internalTopics, planTopics } from '../../../pipeline/runtime/topic-plan.ts';
import { type Click, clicked, clickType, deadLetter, paidClicks, visits } from '../../support/clicks.ts';
import { numbered } from './numbered.ts';
import { Processes } from '../../../pipeline/testing/processes.ts';

const rows = table<Click>('clicks', { type: clickType, orderBy: ['user', 'at'] });

const declared = (declare: (t: TopologyBuilder) => void): Topology => topology('shop', { deadLetter }, declare);

/** Clicks that are regrouped and counted, and their rows. */
const shop = declared((t) => {
  const numbers = t.source('in', clicked).pipe(numbered('number'));
  numbers.to('rows', rows);
  numbers.repartition('again', { key: ['page.id'] }).to('out', paidClicks);
});

const counts = (entries: Readonly<Record<string, number>>): ReadonlyMap<string, number> => new Map(Object.entries(entries));

const planned = (of: Topology, existing: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(planTopics(of, counts(existing)).internal.map(({ topic, partitions }) => [topic, partitions]));

describe('the topics that a topology needs', () => {
  it('are those that it reads and writes, and those that it keeps for itself', () => {
    assert.deepEqual(externalTopics(shop), ['clicked', 'clicks.paid', 'clicks.dead-letter']);
    assert.deepEqual([...internalTopics(shop)].sort(), Object.keys(planned(shop, { clicked: 1 })).sort());
  });

  it('have a partition for each task that writes them', () => {
    assert.deepEqual(planned(shop, { clicked: 6 }), {
      'millrace.shop.again.repartition': 6,
      'millrace.shop.number.changelog': 6,
      'millrace.shop.rows.delivery': 6,
    });
  });

  it('keep everything in a repartition, and the last of each key in a changelog', () => {
    const policies = planTopics(shop, counts({ clicked: 1 })).internal.map(({ config }) => config);
    assert.deepEqual(policies, [
      { 'retention.ms': '-1', 'cleanup.policy': 'delete' },
      { 'cleanup.policy': 'compact', 'delete.retention.ms': '86400000' },
      { 'cleanup.policy': 'delete' },
    ]);
  });

  it('give a repartition the count of the source that is read beside it, not of the one that is written from', () => {
    const beside = declared((t) => {
      t.source('in', clicked)
        .repartition('again', { key: ['page.id'] })
        .merge('both', t.source('others', paidClicks))
        .to('out', { ...paidClicks, name: 'both' });
    });
    assert.deepEqual(planned(beside, { clicked: 4, 'clicks.paid': 7 }), { 'millrace.shop.again.repartition': 7 });
  });

  it('leave a repartition as it is that is there, if all that are read together are alike', () => {
    const joined = declared((t) => {
      const regrouped = t.source('in', clicked).repartition('again', { key: ['page.id'] });
      const others = t.source('others', paidClicks).repartition('other-pages', { key: ['page.id'] });
      regrouped.merge('both', others).to('out', { ...paidClicks, name: 'both' });
    });
    assert.deepEqual(planned(joined, { clicked: 4, 'clicks.paid': 4 }), {
      'millrace.shop.again.repartition': 4,
      'millrace.shop.other-pages.repartition': 4,
    });
    assert.equal(planned(shop, { clicked: 4, 'millrace.shop.again.repartition': 9 })['millrace.shop.again.repartition'], 9);
    assert.throws(() => planned(joined, { clicked: 4, 'clicks.paid': 2 }), {
      code: 'bad_partitions',
      message: /shop\.again\.repartition has 4, millrace\.shop\.other-pages\.repartition has 2/,
    });
  });

  it('are all named if they are missing', () => {
    const both = declared((t) => {
      t.source('in', clicked).to('out', paidClicks);
      t.source('seen', visits).to('copy', { ...visits, name: 'visits.copy' });
    });
    assert.throws(() => planTopics(both, counts({ 'clicks.paid': 1 })), {
      code: 'bad_partitions',
      message: /^the topic clicked does not exist.*\n.*the topic visits does not exist/,
    });
  });

  it('are named with their counts if they are read together and differ', () => {
    const merged = declared((t) => {
      t.source('in', clicked)
        .merge('both', t.source('paid', paidClicks))
        .to('out', { ...paidClicks, name: 'both' });
    });
    assert.throws(() => planTopics(merged, counts({ clicked: 4, 'clicks.paid': 3 })), {
      code: 'bad_partitions',
      message: '"in" reads topics together that need equal partition counts: clicked has 4, clicks.paid has 3',
    });
  });

  it('are refused if they were made for another number of tasks', () => {
    assert.throws(() => planTopics(shop, counts({ clicked: 8, 'millrace.shop.number.changelog': 4, 'millrace.shop.rows.delivery': 8 })), {
      code: 'bad_partitions',
      message: /shop\.number\.changelog has 4 partitions, but there are 8 tasks/,
    });
  });
});

describe('the start of a process', () => {
  const counted = declared((t) => t.source('in', clicked).pipe(numbered('number')).to('out', paidClicks));

  it('makes its internal topics, and refuses a changelog that is too small', async () => {
    const processes = await Processes.of(counted, { partitions: 3 });
    const admin = await processes.cluster.admin();
    await admin.createTopics([{ topic: 'millrace.shop.number.changelog', partitions: 2 }]);
    await assert.rejects(processes.open('0'), { code: 'bad_partitions', message: /shop\.number\.changelog has 2.*3 tasks/ });
    await admin.deleteTopics(['millrace.shop.number.changelog']);
    await processes.open('0');
    assert.deepEqual(await admin.partitions(['millrace.shop.number.changelog']), new Map([['millrace.shop.number.changelog', 3]]));
    await processes.close();
  });

  it('names every topic that it would read and that is missing', async () => {
    const processes = await Processes.of(counted);
    await (await processes.cluster.admin()).deleteTopics([clicked.name]);
    await assert.rejects(processes.open('0'), { code: 'bad_partitions', message: /the topic clicked does not exist/ });
    await processes.close();
  });
});
