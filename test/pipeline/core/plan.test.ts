import assert from 'node:assert/strict';
import { declaredManifest, type Manifest } from '../../../pipeline/core/manifest.ts';
import { openFindings, type Plan, planChange } from '../../../pipeline/core/plan.ts';
import { rawTopic, topic } from '../../../pipeline/core/topic.ts';
import { type TopologyBuilder, topology } from '../../../pipeline/core/topology.ts';
import type { Topology } from '../../../pipeline/core/graph.ts';
import { minutes } from '../../../pipeline/core/time.ts';
import { versioned } from '../../../pipeline/core/key.ts';
import { count } from '../../../operators/aggregates/count.ts';
import { of } from '../../../operators/aggregates/of.ts';
import { dedupe } from '../../../operators/dedupe.ts';
import { filter } from '../../../operators/filter.ts';
import { map } from '../../../operators/map.ts';
import { tumble } from '../../../operators/tumble.ts';
import { type Click, clicked, clickOf, clickType, deadLetter, paidClicks, visits } from '../../support/clicks.ts';

const declare = (build: (t: TopologyBuilder) => void, letters = deadLetter): Topology => topology('clicks', { deadLetter: letters }, build);

const countsOf = (given: Readonly<Record<string, number>>) => new Map(Object.entries({ clicked: 4, visits: 4, ...given }));

const running = (was: Topology, counts: Readonly<Record<string, number>> = {}, over: Partial<Manifest> = {}): Manifest => ({
  ...declaredManifest(was, countsOf(counts)),
  format: 1,
  revision: 3,
  writtenAt: '2024-01-01T00:00:00.000Z',
  begins: {},
  retired: [],
  ...over,
});

const plan = (was: Manifest | undefined, is: Topology, counts: Readonly<Record<string, number>> = {}): Plan =>
  planChange(was, is, declaredManifest(is, countsOf(counts)));

const pass = (click: Click): Click => click;

const deduped = (within: number, over: { readonly name?: string; readonly except?: ReadonlyArray<'at'>; readonly key?: 'page.id' } = {}) =>
  declare((t) => {
    const key = over.key === undefined ? (['user'] as const) : (['user', over.key] as const);
    t.source('in', clicked)
      .pipe(dedupe<Click, 'user' | 'page.id'>(over.name ?? 'once', { key, within, except: over.except ?? [] }))
      .to('out', paidClicks);
  });

const windowed = (size: number, unit = 'click') =>
  declare((t) => {
    t.source('in', clicked)
      .pipe(
        tumble('per-minute', {
          size,
          lateness: 0,
          per: { user: 'user' },
          aggregate: of(
            versioned(`${unit}/1`, (click: Click) => click.at),
            count(),
          ),
        }),
      )
      .pipe(map('row', ({ start, dims }) => clickOf(dims.user, start)))
      .to('out', paidClicks);
  });

describe('a plan', () => {
  it('calls a topology safe under whose name nothing has run', () => {
    const found = plan(undefined, deduped(1000));
    assert.equal(found.verdict, 'safe');
    assert.equal(found.running, undefined);
  });

  it('finds nothing to tell of the same declaration', () => {
    assert.deepEqual(plan(running(deduped(1000)), deduped(1000)), {
      topology: 'clicks',
      verdict: 'safe',
      running: { revision: 3, writtenAt: '2024-01-01T00:00:00.000Z' },
      findings: [],
      changes: [],
      notCompared: [],
    });
  });

  it('calls a parameter that does not shape state a safe change, and names it', () => {
    const found = plan(running(deduped(1000)), deduped(2000));
    assert.equal(found.verdict, 'safe');
    assert.deepEqual(found.changes, ['once.params.within: 1000 → 2000']);
  });

  it('names each field in which the state of a node differs', () => {
    const found = plan(running(deduped(1000)), deduped(1000, { except: ['at'], key: 'page.id' }));
    assert.equal(found.verdict, 'needs-migration');
    assert.equal(found.findings[0]?.node, 'once');
    assert.deepEqual(found.findings[0].changes, ['key: ["user"] → ["user","page.id"]', 'parameters.except: [] → ["at"]']);
    assert.match(found.findings[0].why, /millrace\.clicks\.once\.changelog/);
  });

  it('sees that an aggregate reads its values by another version of a function', () => {
    const found = plan(running(windowed(minutes(1))), windowed(minutes(1), 'visit'));
    assert.equal(found.verdict, 'needs-migration');
    assert.deepEqual(found.findings[0]?.changes, ['parameters.aggregate: "count of click/1" → "count of visit/1"']);
  });

  it('lets a renamed node begin empty, and says which one it was', () => {
    const found = plan(running(deduped(1000)), deduped(1000, { name: 'once-more' }));
    assert.equal(found.verdict, 'safe');
    assert.deepEqual(found.changes.slice(0, 2), [
      'once: gone; its state stays in millrace.clicks.once.changelog; "once-more" is like it but begins empty',
      'once-more: new, begins with empty state',
    ]);
  });

  it('remembers the state of a node that has gone when one of its name comes back', () => {
    const old = running(deduped(1000)).state;
    const meanwhile = running(
      declare((t) => t.source('in', clicked).to('out', paidClicks)),
      {},
      { retired: old },
    );
    assert.equal(plan(meanwhile, deduped(1000)).verdict, 'safe');
    assert.equal(plan(meanwhile, deduped(1000, { except: ['at'] })).verdict, 'needs-migration');
  });

  it('asks for a new group when the partitions of a topic with state behind it have changed, and lets nobody keep it', () => {
    const found = plan(running(deduped(1000)), deduped(1000), { clicked: 8 });
    assert.equal(found.verdict, 'needs-new-group');
    assert.deepEqual(found.findings[0]?.changes, ['partitions of clicked: 4 → 8']);
    assert.deepEqual(openFindings(found, { in: 'keep' }), found.findings);
  });

  it('lets partitions be added where there is no state, if somebody orders it', () => {
    const stateless = declare((t) => t.source('in', clicked).to('out', paidClicks));
    const found = plan(running(stateless), stateless, { clicked: 8 });
    assert.equal(found.verdict, 'needs-new-group');
    assert.deepEqual(openFindings(found, { in: 'keep' }), []);
  });

  it('asks for a new group when a sub-topology reads another topic, once for all state in it', () => {
    const again = topic('clicked-again', { type: clickType, key: ['user'], time: 'at' });
    const moved = declare((t) => {
      t.source('in', again)
        .pipe(dedupe('once', { key: ['user'], within: 1000 }))
        .to('out', paidClicks);
    });
    const found = plan(running(deduped(1000)), moved, { 'clicked-again': 4 });
    assert.equal(found.verdict, 'needs-new-group');
    assert.deepEqual(
      found.findings.map(({ node, changes }) => ({ node, changes })),
      [{ node: 'in', changes: ['reads clicked no more', 'reads clicked-again as well'] }],
    );
    assert.match(found.findings[0]?.why ?? '', /state of once$/);
  });

  it('takes a source of its own for safe, new or gone', () => {
    const alone = deduped(1000);
    const both = declare((t) => {
      t.source('in', clicked)
        .pipe(dedupe('once', { key: ['user'], within: 1000 }))
        .to('out', paidClicks);
      t.source('seen', visits)
        .pipe(map('as-click', ({ visitor }) => clickOf(visitor)))
        .to('visit-out', paidClicks);
    });
    assert.equal(plan(running(alone), both).verdict, 'safe');
    assert.ok(plan(running(alone), both).changes.includes('seen: new, reads visits from the beginning'));
    assert.equal(plan(running(both), alone).verdict, 'safe');
    assert.ok(plan(running(both), alone).changes.includes('seen: gone; what was not read of visits is left'));
  });

  it('does not let a repartition disappear with what nobody has read of it', () => {
    const through = (name: string) =>
      declare((t) => {
        t.source('in', clicked)
          .repartition(name, { key: ['page.id'] })
          .to('out', paidClicks);
      });
    const counts = { 'millrace.clicks.by-page.repartition': 4, 'millrace.clicks.by-site.repartition': 4 };
    const found = plan(running(through('by-page'), counts), through('by-site'), counts);
    assert.equal(found.verdict, 'needs-new-group');
    assert.deepEqual(
      found.findings.map(({ node, accepts }) => [node, accepts]),
      [['by-page', ['keep']]],
    );
  });

  it('says which functions cannot be compared, of nodes that ran before', () => {
    const filtered = (name: string) =>
      declare((t) => {
        t.source('in', clicked)
          .pipe(filter(name, (click) => click.paid))
          .pipe(map('pass', pass))
          .to('out', paidClicks);
      });
    assert.deepEqual(plan(running(filtered('paid')), filtered('paid')).notCompared, [
      { node: 'paid', functions: ['predicate'] },
      { node: 'pass', functions: ['fn'] },
    ]);
    assert.deepEqual(plan(running(filtered('paid')), filtered('all')).notCompared, [{ node: 'pass', functions: ['fn'] }]);
  });

  it('names changes of topics that are written, of the dead letter and of nodes without state', () => {
    const other = topic('elsewhere', { type: clickType, key: ['user'] });
    const elsewhere = declare(
      (t) =>
        t
          .source('in', clicked)
          .pipe(filter('paid', (click) => click.paid))
          .to('out', other),
      rawTopic('clicks.refused'),
    );
    const found = plan(running(declare((t) => t.source('in', clicked).to('out', paidClicks))), elsewhere);
    assert.equal(found.verdict, 'safe');
    assert.deepEqual(found.changes, [
      'paid: new',
      'out.inputs: ["in"] → ["paid"]',
      'out.topics: ["clicks.paid"] → ["elsewhere"]',
      'dead letter: "clicks.dead-letter" → "clicks.refused"',
    ]);
  });
});
