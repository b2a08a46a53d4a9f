import assert from 'node:assert/strict';
import { type ErrorCode, MillraceError } from '../../../../pipeline/core/errors.ts';
import type { Cluster, Reader } from '../../../../pipeline/core/ports/cluster.ts';
import { type Log, noLog } from '../../../../pipeline/core/ports/log.ts';
import { topology } from '../../../../pipeline/core/topology.ts';
import { restoreTask } from '../../../../pipeline/runtime/commit/restore.ts';
import { clicked, deadLetter, paidClicks } from '../../../support/clicks.ts';
import { numbered } from '../numbered.ts';
import { type OpenTask, openTask } from '../open-task.ts';

const counting = topology('counting', { deadLetter }, (t) => t.source('in', clicked).pipe(numbered('number')).to('out', paidClicks));
const changelog = 'millrace.counting.number.changelog';

interface Scene extends OpenTask {
  readonly messages: ReadonlyArray<string>;
  /** The number that the restored store has for a user. */
  readonly numberOf: (user: string) => unknown;
}

/** A task whose changelog has what two users have; the larger number of `a` is the later one. */
const sceneOf = async (): Promise<Scene> => {
  const messages: string[] = [];
  const log: Log = { ...noLog, warn: (_, message) => void messages.push(message) };
  const open = await openTask(counting, { deps: { log } });
  const store = open.task.nodes.stores.get('number');
  const producer = await open.processes.cluster.producer();
  for (const [user, number] of [
    ['a', 1],
    ['b', 1],
    ['a', 2],
  ] as const) {
    store?.put(user, number, Infinity);
    for (const change of store?.changes() ?? []) await producer.send({ topic: changelog, partition: 0, ...change });
    store?.discard();
  }
  return { ...open, messages, numberOf: (user) => store?.get(user) };
};

/** The cluster, whose readers fail `times` times in all: when they are made, or when they have been polled once. */
const failing = (
  cluster: Cluster,
  at: 'reader' | 'poll',
  { code, times }: { readonly code: ErrorCode; readonly times: number },
): Cluster => {
  let left = times;
  const strike = (): void => {
    left -= 1;
    if (left >= 0) throw new MillraceError(code, `${at} failed on purpose`);
  };
  return {
    ...cluster,
    reader: async (isolation): Promise<Reader> => {
      if (at === 'reader') strike();
      const reader = await cluster.reader(isolation);
      return {
        assign: (offsets) => reader.assign(offsets),
        poll: async (_, waitMs) => {
          const records = await reader.poll(1, waitMs);
          if (at === 'poll' && (reader.position({ topic: changelog, partition: 0 }) ?? 0) >= 2) strike();
          return records;
        },
        position: (place) => reader.position(place),
        watermarks: (place, of) => reader.watermarks(place, of),
        close: () => reader.close(),
      };
    },
  };
};

describe('a restore while the cluster does not answer', () => {
  for (const at of ['reader', 'poll'] as const) {
    it(`is tried again until it has all (${at})`, async () => {
      const { env, task, processes, messages, numberOf } = await sceneOf();
      const cluster = failing(processes.cluster, at, { code: 'cluster_unavailable', times: 3 });
      await processes.clock.until(restoreTask(env, cluster, task));
      assert.deepEqual([numberOf('a'), numberOf('b')], [2, 1]);
      assert.deepEqual(messages, Array(3).fill('the state cannot be restored; it is tried again'));
      await processes.close();
    });
  }

  it('fails for good after five minutes', async () => {
    const { env, task, processes } = await sceneOf();
    const cluster = failing(processes.cluster, 'reader', { code: 'cluster_unavailable', times: 1_000 });
    await assert.rejects(processes.clock.until(restoreTask(env, cluster, task)), { code: 'cluster_unavailable' });
    const waited = processes.clock.monotonic();
    assert(waited > 290_000 && waited <= 300_000, String(waited));
    await processes.close();
  });

  it('fails at once for what does not pass', async () => {
    const { env, task, processes } = await sceneOf();
    const cluster = failing(processes.cluster, 'poll', { code: 'offset_out_of_range', times: 1 });
    await assert.rejects(processes.clock.until(restoreTask(env, cluster, task)), { code: 'offset_out_of_range' });
    await processes.close();
  });

  it('is not tried again for a task that has gone', async () => {
    const { env, task, processes, messages } = await sceneOf();
    const cluster = failing(processes.cluster, 'reader', { code: 'cluster_unavailable', times: 1_000 });
    const ended = assert.rejects(restoreTask(env, cluster, task), { code: 'cluster_unavailable' });
    await processes.clock.advance(200);
    task.isClosed = true;
    await processes.clock.advance(1_000);
    await ended;
    assert(messages.length < 4, String(messages.length));
    await processes.close();
  });
});
