import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dedupe } from '../../operators/dedupe.ts';
import type { StreamRecord } from '../../pipeline/core/chunk.ts';
import type { NoPorts, Operator } from '../../pipeline/core/operator.ts';
import { operatorContract } from '../../pipeline/testing/contracts/operator-contract.ts';
import { chunkOf, partitionRecords, recordOf } from '../../pipeline/testing/records.ts';
import { runOperator } from '../../pipeline/testing/run-operator.ts';

interface Feedback {
  readonly tenant: string;
  readonly id: string;
  readonly op: 'create' | 'amend';
  readonly stars: number;
  readonly received: number;
}

const create = (id: string, stars = 5, received = 0): Feedback => ({ tenant: 'acme', id, op: 'create', stars, received });
const amend = (id: string, stars: number, received = 0): Feedback => ({ tenant: 'acme', id, op: 'amend', stars, received });

const deduped = (spoil: (value: Feedback) => void = () => undefined): Operator<Feedback, Feedback, number, NoPorts, 'tenant' | 'id'> =>
  dedupe('dedupe', {
    key: ['tenant', 'id'],
    within: 1_000,
    except: ['received'],
    amends: (feedback: Feedback) => {
      spoil(feedback);
      return feedback.op === 'amend';
    },
  });

const passed = (values: ReadonlyArray<Feedback>): ReadonlyArray<Feedback> => {
  const run = runOperator(deduped());
  run.feed(chunkOf(values.map((value) => recordOf(value, { time: 0, asOf: 0 }))));
  return run.values;
};

const samples: ReadonlyArray<StreamRecord<Feedback>> = partitionRecords([
  { value: create('a'), time: 0 },
  { value: create('b'), time: 100 },
  { value: create('a', 5, 7), time: 200 },
  { value: create('a', 1), time: 300 },
  { value: amend('c', 2), time: 50 },
  { value: create('c'), time: 400 },
  { value: amend('c', 2, 9), time: 1_149 },
  { value: create('b'), time: 1_200 },
  { value: create('a', 1), time: 1_150 },
  { value: create('a', 1), time: 2_300 },
]);

describe('dedupe', () => {
  for (const clause of operatorContract(deduped, samples)) it(clause.name, () => clause.run());

  it('passes the first of each key, drops repeats and rejects other content under a key', () => {
    const run = runOperator(deduped());
    run.feed(chunkOf(samples));
    const offsets = run.records.map(({ provenance }) => provenance.offset);
    assert.deepEqual(offsets, [0, 1, 4, 5, 7, 8]);
    assert.equal(run.counted('duplicates'), 3);
    assert.deepEqual(
      run.rejects.map(({ record, rule, detail }) => [record.provenance.offset, rule, detail]),
      [[3, 'conflicting_duplicate', 'acme|a was seen before with other content']],
    );
  });

  it('passes an amendment once, whether it comes before or after what it amends', () => {
    const original = create('a');
    const amendment = amend('a', 1);
    assert.deepEqual(passed([original, amendment, original, amendment]), [original, amendment]);
    assert.deepEqual(passed([amendment, original, amendment, original]), [amendment, original]);
  });

  it('passes amendments of other content each once', () => {
    const values = [create('a'), amend('a', 1), amend('a', 2), amend('a', 1)];
    assert.deepEqual(passed(values), values.slice(0, 3));
  });

  it('remembers a record for `within` after the later of its own time and stream time', () => {
    const time = (at: number, asOf: number): StreamRecord<Feedback> => recordOf(create('a'), { time: at, asOf });
    const lateOne = runOperator(deduped());
    lateOne.feed(chunkOf([time(0, 500), time(0, 1_499), time(0, 1_500)], { streamTime: 1_500 }));
    assert.equal(lateOne.records.length, 2);
    const earlyOne = runOperator(deduped());
    earlyOne.feed(chunkOf([time(500, 0), time(0, 1_499), time(0, 1_500)], { streamTime: 1_500 }));
    assert.equal(earlyOne.records.length, 2);
  });

  it('forgets by the time of the chunk, records or none', () => {
    const run = runOperator(deduped());
    run.feed(chunkOf([recordOf(create('a'), { time: 0 })]));
    assert.equal(run.entries().length, 1);
    run.feed(chunkOf<Feedback>([], { streamTime: 999 }));
    assert.equal(run.entries().length, 1);
    run.feed(chunkOf<Feedback>([], { streamTime: 1_000 }));
    assert.equal(run.entries().length, 0);
  });

  it('keeps ids apart that differ only in where their parts are cut', () => {
    const values = [create('a|b'), { ...create('b'), tenant: 'acme|a' }];
    assert.deepEqual(passed(values), values);
  });

  it('lets through each id once in any order of arrival, repeats of one content being equal', () => {
    const known = [create('a'), amend('a', 1), create('b'), amend('c', 3)];
    const arrivals = fc.array(fc.nat({ max: known.length - 1 }), { maxLength: 30 });
    fc.assert(
      fc.property(arrivals, (picks) => {
        const values = picks.map((pick, at) => ({ ...known[pick]!, received: at }));
        const expected = known.flatMap((_, pick) => (picks.includes(pick) ? [values[picks.indexOf(pick)]!] : []));
        assert.deepEqual(new Set(passed(values)), new Set(expected));
      }),
    );
  });

  it('shows its key and what it leaves out in the graph, and how its state is keyed', () => {
    const operator = deduped();
    assert.deepEqual(operator.params, { key: ['tenant', 'id'], within: 1_000, except: ['received'], amends: true });
    assert.deepEqual(operator.stateKey, ['tenant', 'id']);
  });
});
