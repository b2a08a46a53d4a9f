import assert from 'node:assert/strict';
import { errorCatalogue, type ErrorCode } from '../../../../pipeline/core/errors.ts';
import type { LogFields, Log } from '../../../../pipeline/core/ports/log.ts';
import { topology } from '../../../../pipeline/core/topology.ts';
import { Committer, type CommitResult } from '../../../../pipeline/runtime/commit/committer.ts';
import { filter } from '../../../../operators/filter.ts';
import { clicked, deadLetter, paidClicks } from '../../../support/clicks.ts';
import { type OpenTask, openTask } from '../open-task.ts';
import { type Failure, scriptedCluster } from './scripted-cluster.ts';

const passing = topology('passing', { deadLetter }, (t) =>
  t
    .source('in', clicked)
    .pipe(filter('all', () => true))
    .to('out', paidClicks),
);

interface Line {
  readonly message: string;
  readonly fields: LogFields;
}

interface Scene {
  readonly open: OpenTask;
  readonly committer: Committer;
  readonly calls: ReadonlyArray<string>;
  readonly lines: ReadonlyArray<Line>;
  /** Commits a transaction with one record. */
  readonly commit: () => Promise<CommitResult>;
}

const record = { topic: paidClicks.name, key: null, value: Buffer.from('a') };

const sceneOf = async (...failures: ReadonlyArray<Failure>): Promise<Scene> => {
  const open = await openTask(passing);
  const { clock, cluster: memory } = open.processes;
  const lines: Line[] = [];
  const note = (fields: LogFields, message: string): void => void lines.push({ fields, message });
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const { cluster, calls } = scriptedCluster(...failures);
  const committer = await Committer.open({ ...open.env, log }, cluster, { group: 'clicks', slot: '3' });
  const none = (): Promise<void> => Promise.resolve();
  const listener = { assigned: none, revoked: none, lost: none };
  const consumer = await memory.groupConsumer({ groupId: 'any', topics: [clicked.name], listener, from: 'earliest' });
  const commit = (): Promise<CommitResult> => {
    open.env.outbox.put(record);
    return clock.until(committer.commit(consumer, [open.task], () => undefined));
  };
  return { open, committer, calls, lines, commit };
};

const transaction = ['begin', 'produce', 'sendOffsets', 'commit'];
const steps = ['begin', 'produce', 'sendOffsets', 'commit'] as const;
const renewing: ReadonlyArray<ErrorCode> = ['cluster_unavailable', 'producer_failed', 'transaction_expired'];
const ending: ReadonlyArray<ErrorCode> = ['not_authorized', 'record_too_large', 'unknown_topic', 'bad_config', 'engine_defect'];

describe('a commit', () => {
  it('begins, produces, sends the offsets and commits, in that order', async () => {
    const { commit, calls } = await sceneOf();
    assert.equal(await commit(), 'committed');
    assert.deepEqual(calls, ['init clicks-3', ...transaction]);
  });

  for (const call of ['produce', 'sendOffsets', 'commit'] as const) {
    it(`keeps its producer when "${call}" is refused with an abort`, async () => {
      const { commit, calls, open } = await sceneOf({ call, code: 'transaction_aborted' });
      assert.equal(await commit(), 'aborted');
      assert.equal(await commit(), 'committed');
      assert.deepEqual(calls, ['init clicks-3', ...transaction.slice(0, transaction.indexOf(call) + 1), 'abort', ...transaction]);
      assert.equal(open.meter.counted('transaction_aborts_total', { topology: 'passing' }), 1);
      assert.equal(open.meter.counted('producer_renewals_total'), 0);
    });
  }

  for (const call of steps) {
    for (const code of renewing) {
      it(`goes on with a new producer when "${call}" fails with ${code}`, async () => {
        const { commit, calls, open, lines } = await sceneOf({ call, code });
        assert.equal(await commit(), 'renewed');
        assert.equal(await commit(), 'committed');
        const before = transaction.slice(0, transaction.indexOf(call) + 1);
        assert.deepEqual(calls, ['init clicks-3', ...before, 'close', 'init clicks-3', ...transaction]);
        assert.equal(open.meter.counted('producer_renewals_total', { topology: 'passing', code }), 1);
        assert.deepEqual(
          lines.map(({ message }) => message),
          ['the commit failed and is rolled back', 'a new producer goes on'],
        );
      });
    }

    for (const code of ending) {
      it(`ends the process when "${call}" fails with ${code}`, async () => {
        const { commit, calls } = await sceneOf({ call, code });
        await assert.rejects(commit(), { code });
        assert.deepEqual(calls, ['init clicks-3', ...transaction.slice(0, transaction.indexOf(call) + 1)]);
      });
    }

    it(`ends the process, naming the slot, when "${call}" finds it fenced`, async () => {
      const { commit, calls } = await sceneOf({ call, code: 'fenced' });
      await assert.rejects(commit(), { code: 'fenced', message: /Another process of the group 'clicks' runs under the slot '3'/ });
      assert.deepEqual(calls.slice(1), transaction.slice(0, transaction.indexOf(call) + 1));
    });
  }

  it('leaves nothing of what it was to write for the next one', async () => {
    const { commit, calls, open } = await sceneOf({ call: 'begin', code: 'cluster_unavailable' });
    assert.equal(await commit(), 'renewed');
    assert.equal(open.env.outbox.waiting, 0);
    await commit();
    assert.equal(calls.filter((call) => call === 'produce').length, 1);
  });
});

describe('an abort that fails', () => {
  const aborted: Failure = { call: 'commit', code: 'transaction_aborted' };

  for (const code of [...renewing, 'transaction_aborted'] as const) {
    it(`is made up for by a new producer (${code})`, async () => {
      const { commit, calls, open } = await sceneOf(aborted, { call: 'abort', code });
      assert.equal(await commit(), 'renewed');
      assert.equal(await commit(), 'committed');
      assert.deepEqual(calls, ['init clicks-3', ...transaction, 'abort', 'close', 'init clicks-3', ...transaction]);
      assert.equal(open.meter.counted('producer_renewals_total', { code }), 1);
    });
  }

  it('ends the process that is fenced: it takes nothing back from the other one', async () => {
    const { commit, calls } = await sceneOf(aborted, { call: 'abort', code: 'fenced' });
    await assert.rejects(commit(), { code: 'fenced', message: /slot '3'/ });
    assert.deepEqual(calls, ['init clicks-3', ...transaction, 'abort']);
  });

  it('ends the process that is fenced while it gives up what was open', async () => {
    const { committer, open, calls } = await sceneOf({ call: 'abort', code: 'fenced' });
    open.env.outbox.put(record);
    await committer.send();
    await assert.rejects(committer.giveUp(), { code: 'fenced', message: /slot '3'/ });
    assert.deepEqual(calls, ['init clicks-3', 'begin', 'produce', 'abort']);
  });

  it('ends the process for what cannot be tried again', async () => {
    const { commit } = await sceneOf(aborted, { call: 'abort', code: 'not_authorized' });
    await assert.rejects(commit(), { code: 'not_authorized' });
  });
});

describe('a new producer', () => {
  const lost: Failure = { call: 'commit', code: 'producer_failed' };

  it('is asked for again, with pauses, while the cluster does not answer', async () => {
    const { commit, calls, open, lines } = await sceneOf(lost, { call: 'init', code: 'cluster_unavailable', nth: 2, times: 6 });
    assert.equal(await commit(), 'renewed');
    assert.equal(calls.filter((call) => call.startsWith('init')).length, 8);
    assert.equal(open.processes.clock.monotonic(), 50 + 100 + 200 + 400 + 800 + 1_600);
    assert.deepEqual(lines[1], {
      message: 'a new producer cannot be had; it is tried again',
      fields: { error: 'init failed by script', wait_ms: 50 },
    });
  });

  it('is waited for no longer than five minutes; then the process ends', async () => {
    const { commit, open } = await sceneOf(lost, { call: 'init', code: 'cluster_unavailable', nth: 2, times: 1_000 });
    await assert.rejects(commit(), { code: 'cluster_unavailable' });
    const waited = open.processes.clock.monotonic();
    assert(waited > 290_000 && waited <= 300_000, String(waited));
  });

  it('is not waited for once the process closes', async () => {
    const { commit, committer, calls } = await sceneOf(lost, { call: 'init', code: 'cluster_unavailable', nth: 2, times: 1_000 });
    const ended = assert.rejects(commit(), { code: 'cluster_unavailable' });
    await committer.close();
    await ended;
    assert.equal(calls.filter((call) => call.startsWith('init')).length, 2);
  });

  it('is not asked for again where the cluster refuses it', async () => {
    const { commit, calls } = await sceneOf(lost, { call: 'init', code: 'not_authorized', nth: 2 });
    await assert.rejects(commit(), { code: 'not_authorized' });
    assert.equal(calls.filter((call) => call.startsWith('init')).length, 2);
  });
});

describe('every code of the catalogue', () => {
  for (const code of Object.keys(errorCatalogue) as ReadonlyArray<ErrorCode>) {
    it(`has a way out of a commit: ${code}`, async () => {
      const { commit } = await sceneOf({ call: 'commit', code });
      const goesOn = errorCatalogue[code].action === 'retry';
      if (goesOn) assert.equal(await commit(), code === 'transaction_aborted' ? 'aborted' : 'renewed');
      else await assert.rejects(commit(), { code });
    });
  }
});
