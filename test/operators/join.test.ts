import assert from 'node:assert/strict';
import fc from 'fast-check';
import { join } from '../../operators/join.ts';
import type { JoinEntry } from '../../operators/join/entry.ts';
import type { JoinPorts } from '../../operators/join/joining.ts';
import type { JoinOptions, Meeting } from '../../operators/join/options.ts';
import { recordType } from '../../pipeline/avro/record-type.ts';
import { type Chunk, isTombstone, tombstone } from '../../pipeline/core/chunk.ts';
import type { JoinOperator } from '../../pipeline/core/operator.ts';
import { type Arrival, joinContract } from '../../pipeline/testing/contracts/operator-contract.ts';
import { chunkOf, recordOf } from '../../pipeline/testing/records.ts';
import { type JoinRun, runJoin } from '../../pipeline/testing/run-operator.ts';

interface Click {
  readonly ad: string;
  readonly id: number;
}

interface View {
  readonly ad: string;
  readonly page: string;
}

interface Carried {
  readonly page: string;
}

interface Matched extends Meeting {
  readonly ad: string;
  readonly id: number;
  readonly page: string;
}

interface Lost {
  readonly id: number;
  readonly since: number;
  readonly until: number;
}

const clickType = recordType<Click>({
  type: 'record',
  name: 'Click',
  fields: [
    { name: 'ad', type: 'string' },
    { name: 'id', type: 'int' },
  ],
});
const carriedType = recordType<Carried>({ type: 'record', name: 'Carried', fields: [{ name: 'page', type: 'string' }] });

type Options = JoinOptions<Click, View, Carried, Matched, Lost, 'ad', never>;
type Spoil = (value: unknown) => void;

const within = 1_000;
const lateness = 100;
const orphanFor = 5_000;
/** What has just not been matched in time is given up at its time plus this. */
const patience = within + lateness + 1;

const views = { output: { node: 'views', port: undefined } };

const attribute = (
  spoil: Spoil = () => undefined,
  more: Partial<Options> = {},
): JoinOperator<Click, View, Matched, JoinEntry, JoinPorts<Lost>, 'ad'> =>
  join<Click, View, Carried, Matched, Lost, 'ad'>('attribute', views, {
    on: ['ad'],
    rightOn: ['ad'],
    within,
    lateness,
    orphanFor,
    left: clickType,
    carry: {
      type: carriedType,
      project: (view) => {
        spoil(view);
        return { page: view.page };
      },
    },
    match: (click, { page }, { lag, late }) => {
      spoil(click);
      return { ad: click.ad, id: click.id, page, lag, late };
    },
    orphan: (lost, { orphanedAt, attributableUntil }) => {
      spoil(lost);
      return { id: lost.id, since: orphanedAt, until: attributableUntil };
    },
    ...more,
  });

type Run = JoinRun<Click, View, Matched, JoinEntry, JoinPorts<Lost>>;

const click = (ad: string, id: number, { time, asOf = time }: { readonly time: number; readonly asOf?: number }): Chunk<Click> =>
  chunkOf([recordOf({ ad, id }, { time, asOf, key: ad, offset: id })], { streamTime: asOf });
const view = (ad: string, time: number, asOf = time): Chunk<View> =>
  chunkOf([recordOf({ ad, page: `${ad}-page` }, { time, asOf, key: ad })], { streamTime: asOf });
const pass = (run: Run, time: number): ReturnType<Run['left']> => run.left(chunkOf<Click>([], { streamTime: time }));

const samples: ReadonlyArray<Arrival<Click, View>> = [
  { side: 'right', record: recordOf({ ad: 'a', page: 'p' }, { time: 0, asOf: -1 }) },
  { side: 'left', record: recordOf({ ad: 'a', id: 1 }, { time: 10, asOf: 0 }) },
  { side: 'left', record: recordOf({ ad: 'b', id: 2 }, { time: 20, asOf: 10, key: 'b', offset: 7 }) },
  { side: 'left', record: recordOf({ ad: 'b', id: 3 }, { time: 30, asOf: 20 }) },
  { side: 'left', record: recordOf({ ad: 'c', id: 4 }, { time: 35, asOf: 30 }) },
  { side: 'right', record: recordOf({ ad: 'b', page: 'q' }, { time: 40, asOf: 35 }) },
  { side: 'right', record: recordOf({ ad: 'b', page: 'r' }, { time: 45, asOf: 40 }) },
  { side: 'left', record: recordOf({ ad: 'd', id: 5 }, { time: 1_200, asOf: 45 }) },
  { side: 'left', record: recordOf({ ad: 'd', id: 6 }, { time: 1_210, asOf: 1_200 }) },
  { side: 'right', record: recordOf({ ad: 'c', page: 's' }, { time: 1_000, asOf: 1_210 }) },
  { side: 'right', record: recordOf({ ad: 'd', page: 't' }, { time: 2_000, asOf: 2_600 }) },
  { side: 'left', record: recordOf({ ad: 'e', id: 8 }, { time: 9_000, asOf: 2_600 }) },
];

describe('join', () => {
  for (const clause of joinContract(attribute, samples)) it(clause.name, () => clause.run());

  it('matches whichever side comes first, with time, key and provenance of the left record', () => {
    const run = runJoin(attribute());
    run.right(view('a', 100));
    run.left(click('a', 1, { time: 150 }));
    run.left(click('b', 2, { time: 150 }));
    const { main } = run.right(view('b', 170));
    assert.deepEqual(run.values, [
      { ad: 'a', id: 1, page: 'a-page', lag: 50, late: false },
      { ad: 'b', id: 2, page: 'b-page', lag: -20, late: false },
    ]);
    assert.deepEqual(main.records[0], { ...click('b', 2, { time: 150 }).records[0], value: run.values[1], asOf: 170 });
    assert.equal(run.counted('matched'), 2);
    assert.equal(run.counted('waiting'), 1);
  });

  it('matches records exactly `within` apart and none that are further', () => {
    const run = runJoin(attribute());
    run.right(view('a', 1_000));
    for (const [id, time] of [2_000, 2_001, 0, -1].entries()) run.left(click('a', id, { time, asOf: 1_000 }));
    assert.deepEqual(
      run.values.map(({ id, lag }) => [id, lag]),
      [
        [0, 1_000],
        [2, -1_000],
      ],
    );
  });

  it('releases what waited under a key in the order in which it came', () => {
    const run = runJoin(attribute());
    for (const id of [3, 1, 2]) run.left(click('a', id, { time: 10 }));
    run.right(view('a', 10));
    assert.deepEqual(
      run.values.map(({ id }) => id),
      [3, 1, 2],
    );
    pass(run, 100_000);
    assert.equal(run.port('orphans').length, 0);
  });

  it('finds a right record for a left one that is as late as it may be', () => {
    const run = runJoin(attribute());
    run.right(view('a', 0));
    run.left(click('a', 1, { time: within, asOf: within + lateness }));
    assert.equal(run.values.length, 1);
  });

  it('forgets a right record when no left one in time can meet it any more', () => {
    const run = runJoin(attribute());
    run.right(view('a', 0));
    pass(run, patience - 1);
    assert.equal(run.entries().length, 1);
    pass(run, patience);
    assert.equal(run.entries().length, 0);
  });

  it('remembers what came late from the stream time at which it came', () => {
    const run = runJoin(attribute());
    run.right(view('a', 0, 500));
    pass(run, 500 + patience - 1);
    assert.equal(run.entries().length, 1);
    pass(run, 500 + patience);
    assert.equal(run.entries().length, 0);
  });

  it('remembers combined right records as long as the one that lasts longest', () => {
    const run = runJoin(attribute(undefined, { combine: (kept) => kept }));
    run.right(view('a', 0));
    run.right(view('a', 300));
    pass(run, 300 + patience - 1);
    assert.equal(run.entries().length, 1);
    pass(run, 300 + patience);
    assert.equal(run.entries().length, 0);
  });

  it('forgets what waited when its match is rejected', () => {
    const failing = (): never => {
      throw new Error('no match');
    };
    const run = runJoin(attribute(undefined, { match: failing }));
    run.left(click('a', 1, { time: 0 }));
    run.right(view('a', 10));
    pass(run, 100_000);
    assert.equal(run.rejects.length, 1);
    assert.equal(run.port('orphans').length, 0);
  });

  it('gives up by expiry and then key what met nothing, between the records that time passes with', () => {
    const run = runJoin(attribute());
    for (const [ad, id, time] of [
      ['b', 1, 0],
      ['c', 2, 5],
      ['a', 3, 0],
      ['c', 4, 0],
    ] as const)
      run.left(click(ad, id, { time, asOf: 0 }));
    const { main, ports } = pass(run, 5 + patience);
    assert.deepEqual(main.records, []);
    assert.deepEqual(
      ports.orphans?.records.map(({ value }) => value),
      [3, 1, 4, 2].map((id) => ({ id, since: (id === 2 ? 5 : 0) + patience, until: (id === 2 ? 5 : 0) + patience + orphanFor })),
    );
    assert.equal(run.counted('orphaned'), 4);
  });

  it('still matches an orphan: late, and with the deletion of the orphan in the same commit', () => {
    const run = runJoin(attribute());
    run.left(click('a', 1, { time: 0 }));
    pass(run, patience);
    const { main, ports } = run.right(view('a', 30, patience + orphanFor - 1));
    assert.deepEqual(
      main.records.map(({ value }) => value),
      [{ ad: 'a', id: 1, page: 'a-page', lag: -30, late: true }],
    );
    assert.deepEqual(
      ports.orphans?.records.map(({ value, key, provenance }) => ({ value, key, offset: provenance.offset })),
      [{ value: tombstone({ id: 1, since: patience, until: patience + orphanFor }), key: 'a', offset: 1 }],
    );
    assert.equal(run.counted('matched_late'), 1);
  });

  it('deletes an orphan whose late match is rejected', () => {
    const run = runJoin(
      attribute(undefined, {
        match: () => {
          throw new Error('no match');
        },
      }),
    );
    run.left(click('a', 1, { time: 0 }));
    pass(run, patience);
    run.right(view('a', 30, patience));
    assert.equal(run.rejects.length, 1);
    assert.deepEqual(
      run.port('orphans').map(({ value }) => isTombstone(value)),
      [false, true],
    );
    assert.equal(run.counted('matched_late'), 0);
  });

  it('forgets an orphan in the end', () => {
    const run = runJoin(attribute());
    run.left(click('a', 1, { time: 0 }));
    pass(run, patience);
    run.right(view('a', 30, patience + orphanFor));
    assert.equal(run.values.length, 0);
    assert.equal(run.counted('forgotten'), 1);
  });

  it('keeps no orphans if they are not to be matched', () => {
    const run = runJoin(attribute(undefined, { orphanFor: 0 }));
    run.left(click('a', 1, { time: 0 }));
    pass(run, patience);
    assert.equal(run.port('orphans').length, 1);
    assert.equal(run.entries().length, 0);
    assert.equal(run.counted('forgotten'), 0);
  });

  it('keeps the first right record of a key and counts the others', () => {
    const run = runJoin(attribute());
    run.right(view('a', 10));
    run.right(chunkOf([recordOf({ ad: 'a', page: 'other' }, { time: 11 })]));
    run.left(click('a', 1, { time: 12 }));
    assert.deepEqual(
      run.values.map(({ page, lag }) => [page, lag]),
      [['a-page', 2]],
    );
    assert.equal(run.counted('repeated'), 1);
  });

  it('combines the right records of a key if it is told how, and goes by the earliest of their times', () => {
    const run = runJoin(attribute(undefined, { combine: (kept, next) => ({ page: `${kept.page}+${next.page}` }) }));
    run.left(click('a', 1, { time: -990 }));
    run.right(view('a', 20));
    assert.equal(run.values.length, 0);
    run.right(chunkOf([recordOf({ ad: 'a', page: 'other' }, { time: 10, asOf: 20 })], { streamTime: 20 }));
    run.left(click('a', 2, { time: 30 }));
    assert.deepEqual(
      run.values.map(({ id, page, lag }) => [id, page, lag]),
      [
        [1, 'a-page+other', -1_000],
        [2, 'a-page+other', 20],
      ],
    );
  });

  it('rejects what would wait when too much waits under its key', () => {
    const run = runJoin(attribute(undefined, { mostWaiting: 2 }));
    for (const id of [1, 2, 3]) run.left(click('a', id, { time: 10 }));
    run.left(click('b', 4, { time: 10 }));
    assert.deepEqual(
      run.rejects.map(({ rule, detail }) => [rule, detail]),
      [['too_many_waiting', "2 records wait under 'a' already"]],
    );
  });

  it('rejects what cannot be written, before it is kept', () => {
    const run = runJoin(attribute());
    run.left(click('a', 1.5, { time: 10 }));
    run.right(chunkOf([recordOf({ ad: 'b', page: undefined as unknown as string })]));
    assert.deepEqual(
      run.rejects.map(({ rule }) => rule),
      ['not_encodable', 'not_encodable'],
    );
    assert.equal(run.entries().length, 0);
  });

  it('lists every mistake in its options', () => {
    const bad = { rightOn: [], within: 0, lateness: -1, orphanFor: Number.NaN, mostWaiting: 0 };
    assert.throws(() => attribute(undefined, bad), {
      code: 'bad_topology',
      message:
        'join attribute: on has 1 paths and rightOn 0: they pair up; within is 0 ms and must be more than 0; lateness is -1 ms and must not be negative; ' +
        'orphanFor is NaN ms and must not be negative; mostWaiting is 0 and must be at least 1',
    });
  });

  it('tells how long it may hold a record back and how its state is keyed', () => {
    const { holds, stateKey, rightKey, ports, state } = attribute();
    assert.deepEqual({ holds, stateKey, rightKey, ports }, { holds: 1_100, stateKey: ['ad'], rightKey: ['ad'], ports: ['orphans'] });
    assert.match(state?.schema ?? '', /Carried/);
  });
});

interface Event {
  readonly side: 'left' | 'right';
  readonly ad: string;
  readonly id: number;
  readonly time: number;
  readonly delay: number;
}

const ads = ['a', 'b', 'c'];
const delay = fc.integer({ min: 0, max: lateness });
const time = fc.integer({ min: 0, max: 4_000 });
const clicks = fc.array(fc.record({ ad: fc.constantFrom(...ads), time, delay }), { maxLength: 15 });
const shown = fc.tuple(...ads.map((ad) => fc.option(fc.record({ ad: fc.constant(ad), time, delay }))));

/** What a click meets, by looking at everything at once. */
const fate = (event: Event, events: ReadonlyArray<Event>): string => {
  const met = events.find(({ side, ad }) => side === 'right' && ad === event.ad);
  const isMatch = met !== undefined && Math.abs(met.time - event.time) <= within;
  return `${event.id} ${isMatch ? `met ${event.time - met.time}` : 'lost'}`;
};

/** What comes of the events when they arrive in this order, and of the time after them. */
const fates = (arrivals: ReadonlyArray<Event>): ReadonlyArray<string> => {
  const run = runJoin(attribute(undefined, { orphanFor: 0 }));
  let asOf = -1;
  for (const event of arrivals) {
    if (event.side === 'left') run.left(click(event.ad, event.id, { time: event.time, asOf }));
    else run.right(view(event.ad, event.time, asOf));
    asOf = Math.max(asOf, event.time);
  }
  pass(run, 1_000_000);
  assert.equal(run.entries().length, 0);
  const lost = run.port('orphans').map(({ value }) => (isTombstone(value) ? 'deleted' : `${value.id} lost`));
  return [...run.values.map(({ id, lag }) => `${id} met ${lag}`), ...lost].toSorted();
};

describe('join, in any order of arrival within lateness', () => {
  it('matches exactly what a look at everything at once matches, and gives up the rest', () => {
    fc.assert(
      fc.property(clicks, shown, (lefts, rights) => {
        const events: ReadonlyArray<Event> = [
          ...lefts.map((left, id) => ({ side: 'left' as const, id, ...left })),
          ...rights.flatMap((right) => (right === null ? [] : [{ side: 'right' as const, id: -1, ...right }])),
        ];
        const arrivals = events.toSorted((a, b) => a.time + a.delay - (b.time + b.delay));
        const expected = events.filter(({ side }) => side === 'left').map((event) => fate(event, events));
        assert.deepEqual(fates(arrivals), expected.toSorted());
      }),
      { numRuns: 300 },
    );
  });
});
