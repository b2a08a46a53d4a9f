import assert from 'node:assert/strict';
import type { Step } from '../../../pipeline/cluster/memory/faults.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import { topic } from '../../../pipeline/core/topic.ts';
import { Processes } from '../../../pipeline/testing/processes.ts';
import { type Click, clicked, clickOf, clickType, deadLetter, newYear, paidClicks } from '../../support/clicks.ts';

const more = topic<Click, 'user'>('clicks.more', { type: clickType, key: ['user'], time: 'at' });

const meeting = topology('meeting', { deadLetter }, (t) => {
  t.source('in', clicked)
    .repartition('again', { key: ['user'] })
    .merge('all', t.source('more', more))
    .to('out', paidClicks);
});

const passing = topology('passing', { deadLetter }, (t) => {
  t.source('in', clicked).to('out', paidClicks);
});

describe('a process whose work waits for another partition', () => {
  it('does not ask for records on and on until the commit that it waits for', async () => {
    let polls = 0;
    const before = ({ operation, client }: Step): void => {
      if (operation !== 'poll' || client !== 'process-0') return;
      polls += 1;
      if (polls > 2_000) throw new Error('it does nothing but poll');
    };
    const processes = await Processes.of(meeting, { faults: () => ({ before }) });
    await processes.start('0');
    await processes.advance(1_000);
    polls = 0;
    await processes.put(clicked, clickOf('user-1', newYear));
    await processes.advance(1);
    await processes.put(more, clickOf('user-1', newYear + 1));
    await processes.advance(90);
    assert.deepEqual(await processes.records(paidClicks.name), []);
    assert(polls < 100, `${polls} polls`);
    await processes.advance(1_000);
    assert.equal((await processes.values(paidClicks)).length, 2);
    await processes.close();
  });

  it('reads on as soon as it has fed what it had to pause for, not with its next commit', async () => {
    const processes = await Processes.of(passing, { settings: { bufferBytes: 500, pollRecords: 10, commitEvery: 1_000 } });
    await processes.start('0');
    await processes.advance(100);
    await processes.put(clicked, ...Array.from({ length: 100 }, (_, n) => clickOf('user-1', newYear + n)));
    await processes.advance(1_500);
    assert.equal((await processes.values(paidClicks)).length, 100);
    await processes.close();
  });
});
