import assert from 'node:assert/strict';
import { join } from '../../../../operators/join.ts';
import { lookup } from '../../../../operators/lookup.ts';
import { validate } from '../../../../operators/validate.ts';
import { keyReader } from '../../../../pipeline/core/key.ts';
import type { Lookup } from '../../../../pipeline/core/ports/lookup.ts';
import { compactedTopic, topic, type Topic } from '../../../../pipeline/core/topic.ts';
import { topology } from '../../../../pipeline/core/topology.ts';
import { writeAim } from '../../../../pipeline/runtime/redrive/aim.ts';
import { headerNames } from '../../../../pipeline/runtime/headers.ts';
import { Processes } from '../../../../pipeline/testing/processes.ts';
import type { VirtualClock } from '../../../../pipeline/testing/virtual-clock.ts';
import { rejectOf } from '../../../../pipeline/testing/drive/read-topic.ts';
import {
  type Click,
  clicked,
  clickOf,
  clickType,
  deadLetter,
  newYear,
  paidClicks,
  visits,
  type Visit,
  visitType,
} from '../../../support/clicks.ts';

const letter = { topic: deadLetter.name, partition: 0, offset: 0 };

/** Writes a click as it comes back from a dead letter. */
const redriven = async (processes: Processes, [of, node]: readonly [topology: string, node: string], click: Click): Promise<void> => {
  const encode = await processes.wire.encoder(clicked.name, clicked.type);
  const headers = [{ [headerNames.redrive]: writeAim({ topology: of, node, letter }) }, { [headerNames.attempts]: '1' }];
  const producer = await processes.cluster.producer();
  const timestamp = Math.max(processes.clock.now(), click.at);
  await producer.send({ topic: clicked.name, key: Buffer.from(keyReader(clicked.key)(click)), value: encode(click), headers, timestamp });
  await producer.close();
};

/** Every click that was looked up, beside those that were checked. */
const asked = topic('clicks.asked', { type: clickType, key: ['user'], time: 'at' });
const orphans = compactedTopic('clicks.orphans', { type: clickType, key: ['user'], time: 'at' });
const met = topic('clicks.met', { type: clickType, key: ['user'], time: 'at' });

const asking = topology('asking', { deadLetter }, (t) => {
  const named = t.source('in', clicked).pipe(
    lookup<Click, string, Click>('ask', {
      port: 'names',
      deadline: 50,
      key: ['user'],
      merge: (click, answer) => ({ ...click, page: { id: String(answer), section: null } }),
    }),
  );
  named.to('all', asked);
  const checked = named.pipe(validate('check', [{ code: 'not_paid', check: ({ paid }) => (paid ? undefined : 'it is not') }]));
  checked.to('out', paidClicks);
});

const joining = topology('joining', { deadLetter }, (t) => {
  const seen = t.source('visits', visits);
  const both = t.source('in', clicked).pipe(
    join('attribute', seen, {
      on: ['user'],
      rightOn: ['visitor'],
      within: 1_000,
      lateness: 0,
      left: clickType,
      carry: { type: visitType, project: (visit: Visit) => visit },
      match: (click: Click) => click,
      orphan: (click: Click) => click,
      output: clickType,
      keyed: ['user'],
    }),
  );
  both.port('orphans').to('orphans', orphans);
  both.to('met', met);
  both.pipe(validate('check', [{ code: 'not_paid', check: ({ paid }) => (paid ? undefined : 'it is not') }])).to('out', paidClicks);
});

const usersOf = async (processes: Processes, of: Topic<Click>): Promise<ReadonlyArray<string>> =>
  (await processes.values(of)).map(({ user }) => user).sort();

const refusalsOf = async (processes: Processes): Promise<ReadonlyArray<string>> =>
  (await processes.records(deadLetter.name)).map(rejectOf).map(({ node, rule, key }) => `${key?.toString()} ${rule} at ${node}`);

/** Answers after a while, so that chunks overtake none. */
const slowly = (clock: VirtualClock): Lookup<unknown> => ({
  fetch: async (keys) => {
    await clock.sleep(10);
    return keys.map((key) => `of ${key}`);
  },
});

describe('a redriven record', () => {
  it('keeps its way while it waits for a lookup, beside others that take every way', async () => {
    const processes = await Processes.of(asking, { settings: { chunkSize: 10 }, deps: (clock) => ({ lookups: { names: slowly(clock) } }) });
    await processes.put(clicked, clickOf('a', newYear));
    await redriven(processes, ['asking', 'check'], clickOf('b', newYear + 1));
    await processes.put(clicked, clickOf('c', newYear + 2));
    await redriven(processes, ['asking', 'check'], clickOf('d', newYear + 3, { paid: false }));
    await processes.start('0');
    await processes.advance(1_000);
    assert.deepEqual(await usersOf(processes, asked), ['a', 'c']);
    assert.deepEqual(await usersOf(processes, paidClicks), ['a', 'b', 'c']);
    assert.deepEqual(await refusalsOf(processes), ['d not_paid at check']);
    await processes.close();
  });

  it('to a node that is not there is refused, and one of another topology passed over', async () => {
    const processes = await Processes.of(asking, { deps: (clock) => ({ lookups: { names: slowly(clock) } }) });
    await redriven(processes, ['asking', 'chekc'], clickOf('a', newYear));
    await redriven(processes, ['others', 'check'], clickOf('b', newYear + 1));
    await redriven(processes, ['asking', 'out'], clickOf('c', newYear + 2));
    await processes.start('0');
    await processes.advance(1_000);
    assert.deepEqual(await usersOf(processes, paidClicks), ['c']);
    assert.deepEqual(await refusalsOf(processes), ['a redrive_astray at chekc']);
    await processes.close();
  });

  it('past a join that has forgotten the other side is refused, and what waits in the join is not touched', async () => {
    const processes = await Processes.of(joining);
    await processes.put(visits, { visitor: 'a', country: 'NL', at: newYear });
    await processes.put(clicked, clickOf('waits', newYear));
    await redriven(processes, ['joining', 'check'], clickOf('a', newYear));
    await redriven(processes, ['joining', 'check'], clickOf('nobody', newYear));
    await processes.start('0');
    await processes.advance(1_000);
    assert.deepEqual([await usersOf(processes, met), await usersOf(processes, paidClicks)], [[], ['a']]);
    assert.deepEqual(await refusalsOf(processes), ['nobody redrive_astray at check']);
    await processes.put(visits, ...['waits', 'nobody'].map((visitor) => ({ visitor, country: 'NL', at: newYear + 1 })));
    await processes.advance(1_000);
    assert.deepEqual([await usersOf(processes, met), await usersOf(processes, orphans)], [['waits'], []]);
    await processes.close();
  });

  it('closes no window of a join, nor lets anything expire, on its way past it', async () => {
    const processes = await Processes.of(joining, { settings: { chunkSize: 1 } });
    await processes.put(clicked, clickOf('waits', newYear));
    await processes.put(visits, { visitor: 'z', country: 'NL', at: newYear + 8_999 });
    await redriven(processes, ['joining', 'check'], clickOf('nobody', newYear + 9_000));
    await processes.start('0');
    await processes.advance(1_000);
    assert.deepEqual(await usersOf(processes, orphans), ['waits']);
    await processes.close();
  });
});
