import assert from 'node:assert/strict';
import { enrich } from '../../operators/enrich.ts';
import type { BroadcastOperator } from '../../pipeline/core/operator.ts';
import { broadcastContract } from '../../pipeline/testing/contracts/operator-contract.ts';
import { chunkOf, partitionRecords } from '../../pipeline/testing/records.ts';
import { runBroadcast } from '../../pipeline/testing/run-operator.ts';

interface Click {
  readonly user: string;
}

interface Segment {
  readonly name: string;
}

interface Enriched extends Click {
  readonly segment: string | null;
  readonly table: string;
}

const rows = new Map([['ann', { name: 'pro' }]]);
const clicks = partitionRecords(['ann', 'bob', 'ann'].map((user, at) => ({ value: { user }, time: at })));

const segments = (spoil: (click: Click) => void = () => undefined): BroadcastOperator<Click, Segment, Enriched> =>
  enrich<Click, Segment, Enriched>(
    'segments',
    { broadcast: 'segment-rows' },
    {
      key: ['user'],
      merge: (click, row, version) => {
        spoil(click);
        return { user: click.user, segment: row?.name ?? null, table: version };
      },
    },
  );

describe('enrich', () => {
  for (const clause of broadcastContract(segments, rows, clicks)) it(clause.name, () => clause.run());

  it('adds what the table says, and counts what it does not know', () => {
    const run = runBroadcast(segments(), rows);
    run.feed(chunkOf(clicks));
    assert.deepEqual(run.values, [
      { user: 'ann', segment: 'pro', table: 'test:0' },
      { user: 'bob', segment: null, table: 'test:0' },
      { user: 'ann', segment: 'pro', table: 'test:0' },
    ]);
    assert.equal(run.counted('missed'), 1);
  });

  it('sees the table as it is when the record comes', () => {
    const growing = new Map<string, Segment>();
    const run = runBroadcast(segments(), growing);
    run.feed(chunkOf(clicks.slice(0, 1)));
    growing.set('ann', { name: 'new' });
    run.feed(chunkOf(clicks.slice(0, 1)));
    assert.deepEqual(
      run.values.map(({ segment }) => segment),
      [null, 'new'],
    );
  });
});
