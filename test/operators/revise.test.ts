import assert from 'node:assert/strict';
import fc from 'fast-check';
import { revise } from '../../operators/revise.ts';
import type { ReviseEntry } from '../../operators/revise/entry.ts';
import type { Change, ReviseOptions, Says } from '../../operators/revise/options.ts';
import { recordType } from '../../pipeline/avro/record-type.ts';
import type { StreamRecord } from '../../pipeline/core/chunk.ts';
import { versioned } from '../../pipeline/core/key.ts';
import type { NoPorts, Operator } from '../../pipeline/core/operator.ts';
import { operatorContract } from '../../pipeline/testing/contracts/operator-contract.ts';
import { chunkOf, partitionRecords, recordOf } from '../../pipeline/testing/records.ts';
import { type OperatorRun, runOperator } from '../../pipeline/testing/run-operator.ts';

/** A note: what `stars` it gives, by an original, an amendment or none. `draft` notes cannot be amended yet. */
interface Note {
  readonly id: string;
  readonly says: Says;
  readonly stars: number;
  readonly at: number;
  readonly draft: boolean;
}

const noteType = recordType<Note>({
  type: 'record',
  name: 'Note',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'says', type: 'string' },
    { name: 'stars', type: 'int' },
    { name: 'at', type: 'int' },
    { name: 'draft', type: 'boolean' },
  ],
});

const stands = (stars: number, more: Partial<Note> = {}): Note => ({ id: 'a', says: 'STANDS', stars, at: 0, draft: false, ...more });
const amends = (stars: number, at: number): Note => ({ ...stands(stars), says: 'AMENDS', at });
const retracts: Note = { ...stands(0), says: 'RETRACTS' };
const gone: Note = { ...stands(0), says: 'GONE' };

const within = 1_000;
const remember = 5_000;

type Spoil = (value: Note) => void;

const revised = (
  spoil: Spoil = () => undefined,
  more: Partial<ReviseOptions<Note, 'id'>> = {},
): Operator<Note, Change<Note>, ReviseEntry, NoPorts, 'id', 'of.id'> =>
  revise<Note, 'id'>('revise', {
    key: ['id'],
    says: versioned('1', (note) => {
      spoil(note);
      return note.says;
    }),
    order: versioned('1', ({ at }) => at),
    isAmendable: versioned('1', ({ draft }) => !draft),
    amend: (note, { stars }) => ({ ...note, stars }),
    rules: [{ code: 'too_many_stars', check: ({ stars }) => (stars > 5 ? `${stars} stars` : undefined) }],
    codec: { schema: noteType.schema, encode: (note) => noteType.encode(note), decode: (bytes) => noteType.decode(bytes) },
    within,
    remember,
    ...more,
  });

type Run = OperatorRun<Note, Change<Note>, ReviseEntry>;

const fed = (notes: ReadonlyArray<Note>): Run => {
  const run = runOperator(revised());
  run.feed(chunkOf(notes.map((note, offset) => recordOf(note, { time: 0, asOf: 0, offset }))));
  return run;
};

const starsOf = (note: Note | null): string => (note === null ? '-' : String(note.stars));

const told = (run: Run): ReadonlyArray<string> =>
  run.values.map(
    ({ revision, before, after, retracted }) => `${revision}: ${starsOf(before)}>${starsOf(after)}${retracted ? ' for good' : ''}`,
  );

/** What stands in the end, by the changes alone: each takes out what the one before had put in. */
const standing = (run: Run): number | null => {
  let current: Note | null = null;
  for (const { before, after } of run.values) {
    assert.deepEqual(before, current);
    current = after;
  }
  return current === null ? null : current.stars;
};

const rejected = (run: Run): ReadonlyArray<readonly [number, string]> =>
  run.rejects.map(({ record, rule }) => [record.provenance.offset, rule] as const);

const samples: ReadonlyArray<StreamRecord<Note>> = partitionRecords([
  { value: amends(2, 5), time: 0 },
  { value: stands(1), time: 10 },
  { value: stands(1, { id: 'b', draft: true }), time: 15 },
  { value: amends(9, 6), time: 20 },
  { value: amends(3, 7), time: 25 },
  { value: { ...retracts, id: 'b' }, time: 30 },
  { value: { ...amends(3, 1), id: 'c' }, time: 40 },
  { value: { ...retracts, id: 'd' }, time: 45 },
  { value: stands(4, { id: 'd' }), time: 900 },
  { value: retracts, time: 950 },
  { value: stands(5, { id: 'e' }), time: 1_500 },
  { value: amends(1, 9), time: 1_600 },
]);

describe('revise', () => {
  for (const clause of operatorContract(revised, samples)) it(clause.name, () => clause.run());

  it('tells what stood and what stands for an original, its amendments and its retraction', () => {
    const run = fed([stands(1), amends(2, 5), amends(3, 6), retracts]);
    assert.deepEqual(told(run), ['1: ->1', '2: 1>2', '3: 2>3', '4: 3>- for good']);
    assert.deepEqual(
      run.values.map(({ cause }) => cause),
      ['STANDS', 'AMENDS', 'AMENDS', 'RETRACTS'],
    );
  });

  it('lets amendments wait for their original, and tells the last of them with the place that it came from', () => {
    const run = fed([amends(3, 6), amends(2, 5), stands(1)]);
    assert.deepEqual(told(run), ['1: ->3']);
    assert.equal(run.records[0]?.provenance.offset, 0);
    assert.equal(run.counted('waiting'), 2);
  });

  it('goes by the order that amendments declare, and by the place in the log where that is the same', () => {
    assert.deepEqual(told(fed([stands(1), amends(3, 6), amends(2, 5)])), ['1: ->1', '2: 1>3']);
    assert.deepEqual(told(fed([stands(1), amends(3, 6), amends(2, 6)])), ['1: ->1', '2: 1>3', '3: 3>2']);
    assert.equal(fed([stands(1), amends(3, 6), amends(2, 5)]).counted('superseded'), 1);
  });

  it('tells nothing of an amendment that changes nothing, but keeps its place', () => {
    const run = fed([stands(1), amends(3, 5), amends(3, 7), amends(2, 6)]);
    assert.deepEqual(told(run), ['1: ->1', '2: 1>3']);
    assert.deepEqual([run.counted('repeated'), run.counted('superseded')], [1, 1]);
  });

  it('lets nothing come back once it was retracted, whatever comes before or after', () => {
    const orders = [
      [stands(1), retracts, amends(2, 9), stands(1), retracts],
      [retracts, stands(1), amends(2, 9), stands(1), retracts],
      [amends(2, 9), retracts, retracts, stands(1), stands(1)],
    ];
    for (const notes of orders) {
      const run = fed(notes);
      assert.equal(standing(run), null);
      assert.equal(run.values.at(-1)?.retracted, true);
      assert.deepEqual(run.rejects, []);
    }
  });

  it('rejects an amendment that breaks a rule, whether it waited or not, and lets stand what stood', () => {
    const after = fed([stands(1), amends(2, 5), amends(9, 6)]);
    const before = fed([amends(9, 6), amends(2, 5), stands(1)]);
    assert.deepEqual([standing(after), standing(before)], [2, 2]);
    assert.deepEqual([rejected(after), rejected(before)], [[[2, 'too_many_stars']], [[0, 'too_many_stars']]]);
  });

  it('lets amendments wait while what stands cannot be amended, and applies them to what comes in its place', () => {
    const run = fed([stands(1, { draft: true }), amends(4, 5), gone, stands(1)]);
    assert.deepEqual(told(run), ['1: ->1', '2: 1>-', '3: ->4']);
    assert.deepEqual(told(fed([stands(1), gone])), ['1: ->1']);
  });

  it('retracts what cannot be amended, and remembers that for longer', () => {
    const run = fed([stands(1, { draft: true }), retracts]);
    run.feed(chunkOf([recordOf(stands(1), { time: remember - 1, asOf: remember - 1, offset: 9 })]));
    assert.equal(standing(run), null);
    assert.equal(run.counted('void'), 1);
    run.feed(chunkOf<Note>([], { streamTime: remember }));
    assert.equal(run.entries().length, 0);
  });

  it('rejects what waited in vain, each with its own place, once its time is up', () => {
    const run = fed([amends(2, 5), retracts]);
    run.feed(chunkOf<Note>([], { streamTime: within - 1 }));
    assert.deepEqual(run.rejects, []);
    run.feed(chunkOf<Note>([], { streamTime: within }));
    assert.deepEqual(rejected(run), [
      [0, 'original_unknown'],
      [1, 'original_unknown'],
    ]);
    assert.equal(run.entries().length, 0);
  });

  it('knows an original for `within` after the last that was said of it', () => {
    const at = (note: Note, time: number, offset: number) => recordOf(note, { time, offset });
    const run = runOperator(revised());
    run.feed(chunkOf([at(stands(1), 0, 0), at(amends(2, 5), 900, 1), at(amends(3, 6), 1_899, 2), at(amends(4, 7), 2_899, 3)]));
    assert.equal(standing(run), 3);
    run.feed(chunkOf<Note>([], { streamTime: 3_899 }));
    assert.deepEqual(rejected(run), [[3, 'original_unknown']]);
    assert.equal(run.counted('forgotten'), 1);
  });

  it('takes no more amendments without an original than it is told', () => {
    const run = runOperator(revised(() => undefined, { mostWaiting: 2 }));
    run.feed(chunkOf([amends(1, 1), amends(2, 2), amends(3, 3)].map((note, offset) => recordOf(note, { time: 0, offset }))));
    assert.deepEqual(rejected(run), [[2, 'too_many_waiting']]);
  });

  it('comes to the same in any order and however often each is repeated', () => {
    const said = fc.array(fc.record({ stars: fc.integer({ min: 1, max: 7 }), at: fc.integer({ min: 1, max: 50 }) }), { maxLength: 6 });
    const all = fc.tuple(said, fc.boolean()).chain(([amendments, isRetracted]) => {
      const unique = [...new Map(amendments.map((each) => [each.at, each])).values()];
      const notes = [stands(1), ...unique.map(({ stars, at }) => amends(stars, at)), ...(isRetracted ? [retracts] : [])];
      const twice = [...notes, ...notes];
      return fc.tuple(fc.constant(notes), fc.shuffledSubarray(twice, { minLength: twice.length }));
    });
    fc.assert(
      fc.property(all, ([notes, shuffled]) => {
        const good = notes.filter(({ says, stars }) => says === 'AMENDS' && stars <= 5).sort((a, b) => a.at - b.at);
        const expected = notes.includes(retracts) ? null : (good.at(-1)?.stars ?? 1);
        assert.equal(standing(fed(shuffled)), expected);
      }),
    );
  });

  it('lists every mistake in its options', () => {
    assert.throws(() => revised(() => undefined, { within: 0, remember: -1, mostWaiting: 0 }), {
      code: 'bad_topology',
      message: /within is 0 .*remember is -1 .*mostWaiting is 0/,
    });
  });

  it('shows in the graph what it goes by', () => {
    assert.deepEqual(revised().params, {
      key: ['id'],
      within,
      remember,
      mostWaiting: 16,
      says: '1',
      order: '1',
      isAmendable: '1',
      rules: ['too_many_stars'],
    });
  });
});
