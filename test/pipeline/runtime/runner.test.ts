import assert from 'node:assert/strict';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import type { Runner } from '../../../pipeline/runtime/runner.ts';
import { filter } from '../../../operators/filter.ts';
import { clicked, clickOf, deadLetter, newYear, paidClicks } from '../../support/clicks.ts';
import { numbered } from './numbered.ts';
import { Processes } from '../../../pipeline/testing/processes.ts';
import { recordingMeter } from './recording-meter.ts';

const counting = topology('counting', { deadLetter }, (t) => t.source('in', clicked).pipe(numbered('number')).to('out', paidClicks));

const users = Array.from({ length: 16 }, (_, n) => `user-${n}`);
const round = (n: number) => users.map((user) => clickOf(user, newYear + n));

const written = async (processes: Processes): Promise<ReadonlyArray<string>> =>
  (await processes.values(paidClicks)).map(({ user, page }) => `${user}/${page.id}`).sort();

const expected = (rounds: number): ReadonlyArray<string> =>
  users.flatMap((user) => Array.from({ length: rounds }, (_, n) => `${user}/${n + 1}`)).sort();

const steps = async (processes: Processes, ...runners: ReadonlyArray<Runner>): Promise<void> => {
  for (let step = 0; step < 15; step += 1) for (const runner of runners) await processes.clock.until(runner.step(10));
};

const tasksOf = (processes: Processes): ReadonlyArray<ReadonlyArray<string>> =>
  processes.runners.map(({ tasks }) => tasks.map(({ id }) => id).sort());

describe('processes of one topology', () => {
  it('share its tasks, and hand them over with their state when one comes or goes', async () => {
    const processes = await Processes.of(counting, { partitions: 4 });
    await processes.start('0');
    await processes.put(clicked, ...round(0));
    await processes.advance(500);
    assert.deepEqual(tasksOf(processes), [['in/0', 'in/1', 'in/2', 'in/3']]);
    await processes.start('1');
    await processes.advance(500);
    assert.deepEqual(
      tasksOf(processes).map((tasks) => tasks.length),
      [2, 2],
    );
    await processes.put(clicked, ...round(1));
    await processes.advance(500);
    await processes.stop('0');
    await processes.put(clicked, ...round(2));
    await processes.advance(500);
    assert.deepEqual(tasksOf(processes), [['in/0', 'in/1', 'in/2', 'in/3']]);
    assert.deepEqual(await written(processes), expected(3));
    await processes.close();
  });

  it('commit what they have fed of partitions that leave before these leave', async () => {
    const processes = await Processes.of(counting, { partitions: 2, settings: { commitEvery: 60_000 } });
    await processes.put(clicked, ...round(0));
    const first = await processes.open('0');
    await steps(processes, first);
    assert.deepEqual(await written(processes), []);
    const second = await processes.open('1');
    await steps(processes, first, second);
    assert.deepEqual(
      [first, second].map(({ tasks }) => tasks.length),
      [1, 1],
    );
    assert.deepEqual(await written(processes), expected(1));
    await processes.put(clicked, ...round(1));
    await steps(processes, first, second);
    for (const runner of [first, second]) await processes.clock.until(runner.commitNow());
    assert.deepEqual(await written(processes), expected(2));
    await processes.close();
  });

  it('take over the tasks of one that has died, without what it had not committed', async () => {
    const processes = await Processes.of(counting, { partitions: 4 });
    for (const slot of ['0', '1']) await processes.start(slot);
    await processes.put(clicked, ...round(0));
    await processes.advance(500);
    await processes.put(clicked, ...round(1));
    await processes.advance(20);
    processes.crash('0');
    await processes.advance(30_000);
    assert.deepEqual(await written(processes), expected(2));
    await processes.close();
  });
});

describe('a process that is stopped', () => {
  it('commits what it has fed before it leaves', async () => {
    const processes = await Processes.of(counting, { partitions: 2, settings: { commitEvery: 60_000 } });
    await processes.put(clicked, ...round(0));
    const runner = await processes.open('0');
    await steps(processes, runner);
    assert.deepEqual(await written(processes), []);
    await processes.clock.until(runner.close());
    assert.deepEqual(await written(processes), expected(1));
    assert.deepEqual(processes.cluster.members('counting'), []);
    await processes.cluster.close();
  });

  it('is drained when all that was polled is fed and committed', async () => {
    const processes = await Processes.of(counting, { settings: { commitEvery: 1_000 } });
    await processes.put(clicked, ...round(0));
    const runner = await processes.open('0');
    await steps(processes, runner);
    assert.equal(runner.isDrained, false);
    await processes.clock.until(runner.commitNow());
    assert.equal(runner.isDrained, true);
    await processes.close();
  });

  it('has written nothing of what it had open if it is abandoned', async () => {
    const processes = await Processes.of(counting, { settings: { commitEvery: 60_000 } });
    await processes.put(clicked, ...round(0));
    const runner = await processes.open('0');
    await steps(processes, runner);
    await processes.clock.until(runner.abandon());
    assert.deepEqual(await written(processes), []);
    assert.deepEqual(runner.tasks, []);
    await processes.cluster.close();
  });
});

describe('a process whose commit cannot be tried again', () => {
  for (const when of ['step', 'close'] as const) {
    it(`says so in its next ${when}`, async () => {
      const processes = await Processes.of(counting, {
        faults: () => ({
          before: ({ operation, name }) => {
            if (operation === 'commit' && name === 'counting-0') throw new MillraceError('not_authorized', 'no more');
          },
        }),
      });
      await processes.put(clicked, ...round(0));
      const runner = await processes.open('0');
      const failed = async (): Promise<void> => {
        for (let step = 0; step < 60; step += 1) await processes.clock.until(runner.step(10));
      };
      if (when === 'step') await assert.rejects(failed(), { code: 'not_authorized' });
      else {
        for (let fed = 0; fed === 0;) fed = await processes.clock.until(runner.step(10));
        await assert.rejects(processes.clock.until(runner.close()), { code: 'not_authorized' });
      }
      assert.deepEqual(await written(processes), []);
      await processes.cluster.close();
    });
  }
});

describe('what a process tells of itself', () => {
  it('is its tasks, their lag, their state and how far their time is behind', async () => {
    const meter = recordingMeter();
    const idle = topology('both', { deadLetter }, (t) => {
      t.source('in', clicked).pipe(numbered('number')).to('out', paidClicks);
      t.source('others', { ...clicked, name: 'others' })
        .pipe(filter('none', () => false))
        .to('nothing', { ...paidClicks, name: 'nothing' });
    });
    const processes = await Processes.of(idle, { deps: () => ({ meter }) });
    await processes.put(clicked, ...round(0));
    await processes.start('0');
    await processes.advance(11_000);
    assert.equal(meter.gauged('tasks', { topology: 'both', state: 'ready' }), 2);
    assert.equal(meter.gauged('tasks', { topology: 'both', state: 'restoring' }), 0);
    assert.equal(meter.gauged('lag_records', { topology: 'both', topic: clicked.name }), 0);
    assert.equal(meter.gauged('state_entries', { topology: 'both', node: 'number' }), users.length);
    assert((meter.gauged('state_bytes', { topology: 'both', node: 'number' }) ?? 0) > 0);
    assert.equal(meter.gauged('buffered_bytes', { topology: 'both', task: 'in/0' }), 0);
    assert.equal(Math.floor(meter.gauged('stream_time_lag_seconds', { topology: 'both', task: 'in/0' }) ?? 0), 10);
    assert.equal(meter.gauged('stream_time_lag_seconds', { topology: 'both', task: 'others/0' }), undefined);
    await processes.close();
  });
});
