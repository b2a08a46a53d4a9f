import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Count, presence, type Presence } from '../../operators/presence.ts';
import { versioned } from '../../pipeline/core/key.ts';
import type { NoPorts, Operator } from '../../pipeline/core/operator.ts';
import { operatorContract } from '../../pipeline/testing/contracts/operator-contract.ts';
import { chunkOf, partitionRecords, recordOf } from '../../pipeline/testing/records.ts';
import { runOperator } from '../../pipeline/testing/run-operator.ts';

interface Passage {
  readonly room: string;
  readonly by: number;
}

const inUse = (spoil: (value: Passage) => void = () => undefined): Operator<Passage, Presence<Passage>, Count, NoPorts, 'room'> =>
  presence('in-use', {
    key: ['room'],
    by: versioned('1', (passage: Passage) => {
      spoil(passage);
      return passage.by;
    }),
    within: 1_000,
  });

const passages = partitionRecords(
  [
    { room: 'a', by: 1 },
    { room: 'b', by: 2 },
    { room: 'a', by: 1 },
    { room: 'a', by: -1 },
    { room: 'a', by: 0 },
    { room: 'a', by: -1 },
    { room: 'b', by: -3 },
    { room: 'a', by: 1 },
  ].map((value, at) => ({ value, time: at * 10 })),
);

const turns = (values: ReadonlyArray<Presence<Passage>>): ReadonlyArray<string> =>
  values.map(({ value: { room }, present, turn }) => `${room} ${present ? 'in' : 'out'} ${turn}`);

describe('presence', () => {
  for (const clause of operatorContract(inUse, passages)) it(clause.name, () => clause.run());

  it('tells when the first comes and when the last goes', () => {
    const run = runOperator(inUse());
    run.feed(chunkOf(passages));
    assert.deepEqual(turns(run.values), ['a in 1', 'b in 1', 'a out 2', 'a in 3']);
    assert.equal(run.counted('between'), 3);
  });

  it('changes nothing for what goes and was never counted', () => {
    const run = runOperator(inUse());
    run.feed(chunkOf(passages));
    assert.equal(run.counted('uncounted'), 1);
    run.feed(chunkOf([recordOf({ room: 'c', by: -1 }, { time: 80 }), recordOf({ room: 'c', by: 1 }, { time: 81 })]));
    assert.deepEqual(turns(run.values).slice(4), ['c in 1']);
  });

  it('remembers a count for `within` after its last record', () => {
    const run = runOperator(inUse());
    const at = (time: number, by: number) => recordOf({ room: 'a', by }, { time });
    run.feed(chunkOf([at(0, 1), at(900, 1), at(1_800, -1)]));
    assert.deepEqual(turns(run.values), ['a in 1']);
    run.feed(chunkOf([at(2_800, 1)]));
    assert.deepEqual(turns(run.values), ['a in 1', 'a in 1']);
    run.feed(chunkOf<Passage>([], { streamTime: 3_800 }));
    assert.equal(run.entries().length, 0);
  });

  it('says after any coming and going whether somebody is there', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (moves) => {
        const run = runOperator(inUse());
        let n = 0;
        for (const enters of moves) {
          if (!enters && n === 0) continue;
          n += enters ? 1 : -1;
          run.feed(chunkOf([recordOf({ room: 'a', by: enters ? 1 : -1 })]));
          assert.equal(run.values.at(-1)?.present, n > 0);
        }
        assert.deepEqual(
          run.values.map(({ turn }) => turn),
          run.values.map((_, at) => at + 1),
        );
      }),
    );
  });
});
