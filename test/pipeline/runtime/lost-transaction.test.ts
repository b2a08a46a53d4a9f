import assert from 'node:assert/strict';
import type { MemoryFaults, Operation } from '../../../pipeline/cluster/memory/faults.ts';
import { type ErrorCode, MillraceError } from '../../../pipeline/core/errors.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import type { Runner } from '../../../pipeline/runtime/runner.ts';
import { lookup } from '../../../operators/lookup.ts';
import { validate } from '../../../operators/validate.ts';
import type { VirtualClock } from '../../../pipeline/testing/virtual-clock.ts';
import { type Click, clicked, clickOf, deadLetter, newYear, paidClicks } from '../../support/clicks.ts';
import { numbered } from './numbered.ts';
import { Processes, type ProcessesOptions } from '../../../pipeline/testing/processes.ts';

const counting = topology('counting', { deadLetter }, (t) => t.source('in', clicked).pipe(numbered('number')).to('out', paidClicks));

const users = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const each = 10;
const clicks = Array.from({ length: each }, (_, n) => users.map((user) => clickOf(user, newYear + n))).flat();
const expected = users.flatMap((user) => Array.from({ length: each }, (_, n) => `${user}/${n + 1}`)).sort();

const steps = async (processes: Processes, runner: Runner, count: number): Promise<void> => {
  for (let step = 0; step < count; step += 1) await processes.clock.until(runner.step(10));
};

const written = async (processes: Processes): Promise<ReadonlyArray<string>> =>
  (await processes.values(paidClicks)).map(({ user, page }) => `${user}/${page.id}`).sort();

/** Fails one operation of the process in slot 0, the `nth` of its kind. */
const failing = (operation: Operation, code: ErrorCode, nth = 1): MemoryFaults => {
  let seen = 0;
  return {
    before: (step) => {
      if (step.operation !== operation || !step.name.endsWith('-0') || (seen += 1) !== nth) return;
      throw new MillraceError(code, `${operation} failed on purpose`);
    },
  };
};

const run = async (options: ProcessesOptions): Promise<ReadonlyArray<string>> => {
  const processes = await Processes.of(counting, { partitions: 4, ...options });
  await processes.put(clicked, ...clicks);
  const runner = await processes.open('0');
  await steps(processes, runner, 120);
  await processes.clock.until(runner.commitNow());
  const results = await written(processes);
  await processes.close();
  return results;
};

describe('what was fed in a transaction that is lost', () => {
  it('is not fed any further from the tasks of before', async () => {
    const settings = { chunkSize: 1 };
    assert.deepEqual(await run({ settings, faults: () => failing('produce', 'cluster_unavailable', 3) }), expected);
  });

  it('comes again from partitions that back-pressure had paused', async () => {
    const settings = { chunkSize: 1, bufferBytes: 300 };
    assert.deepEqual(await run({ settings, faults: () => failing('produce', 'cluster_unavailable', 9) }), expected);
  });

  it('comes once although records were polled while the commit failed', async () => {
    const slow = (clock: VirtualClock): MemoryFaults => {
      const refused = failing('commit', 'transaction_aborted');
      return {
        before: (step) => (step.operation === 'commit' ? clock.sleep(30).then(() => refused.before?.(step)) : undefined),
        after: ({ operation }) => (operation === 'poll' ? clock.sleep(20) : undefined),
      };
    };
    assert.deepEqual(await run({ settings: { pollRecords: 4, commitEvery: 50 }, faults: slow }), expected);
  });

  it('is not counted as refused twice', async () => {
    const strict = topology('strict', { deadLetter }, (t) =>
      t
        .source('in', clicked)
        .pipe(validate<Click>('check', [{ code: 'unpaid', check: () => 'not paid' }]))
        .to('out', paidClicks),
    );
    const deadLetterLimit = { ratio: 1, over: 1_000, consecutive: 100 };
    const processes = await Processes.of(strict, {
      settings: { deadLetterLimit },
      faults: () => failing('commit', 'transaction_aborted'),
    });
    await processes.put(clicked, ...clicks);
    const runner = await processes.open('0');
    await steps(processes, runner, 60);
    assert.equal((await processes.records(deadLetter.name)).length, clicks.length);
    await processes.close();
  });
});

describe('partitions that the group has given to others', () => {
  it('are not fed while what was open is given up', async () => {
    const processes = await Processes.of(counting, {
      partitions: 4,
      settings: { chunkSize: 1 },
      faults: (clock) => ({ before: ({ operation }) => (operation === 'abort' ? clock.sleep(50) : undefined) }),
    });
    await processes.put(clicked, ...clicks);
    const runner = await processes.open('0');
    for (let fed = 0; fed === 0;) fed = await processes.clock.until(runner.step(10));
    processes.expire('0');
    await steps(processes, runner, 120);
    await processes.clock.until(runner.commitNow());
    assert.deepEqual(await written(processes), expected);
    await processes.close();
  });

  it('are taken back with a new producer if the open transaction cannot be given up', async () => {
    const processes = await Processes.of(counting, { partitions: 4, faults: () => failing('abort', 'cluster_unavailable') });
    await processes.put(clicked, ...clicks);
    const runner = await processes.open('0');
    for (let fed = 0; fed === 0;) fed = await processes.clock.until(runner.step(10));
    processes.expire('0');
    await steps(processes, runner, 60);
    await processes.clock.until(runner.commitNow());
    assert.deepEqual(await written(processes), expected);
    await processes.close();
  });
});

describe('an offset', () => {
  it('is not committed past a record that is still on its way from the client', async () => {
    const processes = await Processes.of(counting, {
      settings: { pollRecords: 1, commitEvery: 1 },
      faults: (clock) => ({
        after: ({ operation, client }) => (operation === 'poll' && client === 'process-0' ? clock.sleep(200) : undefined),
      }),
    });
    await processes.put(clicked, clickOf('a'), clickOf('a', newYear + 1), clickOf('a', newYear + 2));
    await processes.start('0');
    for (let turn = 0; turn < 1_000 && (await written(processes)).length === 0; turn += 1) await processes.advance(10);
    processes.crash('0');
    await processes.start('1');
    await processes.advance(30_000);
    assert.deepEqual(await written(processes), ['a/1', 'a/2', 'a/3']);
    await processes.close();
  });
});

describe('a chunk that waits for a lookup', () => {
  const others = { ...clicked, name: 'others' };
  const asked = topology('asking', { deadLetter }, (t) => {
    t.source('in', clicked)
      .pipe(lookup<Click, boolean, Click>('ask', { port: 'port', deadline: 100, key: ['user'], merge: (click) => click }))
      .to('out', paidClicks);
    t.source('beside', others).to('out-beside', { ...paidClicks, name: 'others.copy' });
  });

  for (const code of ['transaction_aborted', 'cluster_unavailable'] as const) {
    it(`is forgotten when the transaction that it was fed in is lost (${code})`, async () => {
      const processes = await Processes.of(asked, {
        settings: { commitEvery: 500 },
        deps: (clock) => ({ lookups: { port: { fetch: (keys) => clock.sleep(60).then(() => keys.map(() => true)) } } }),
        faults: () => failing('produce', code),
      });
      await processes.put(others, clickOf('x'));
      await processes.put(clicked, clickOf('a'));
      const runner = await processes.open('0');
      await steps(processes, runner, 100);
      assert.deepEqual(
        (await processes.values(paidClicks)).map(({ user }) => user),
        ['a'],
      );
      await processes.close();
    });
  }
});
