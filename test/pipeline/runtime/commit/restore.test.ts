import assert from 'node:assert/strict';
import type { Log, LogFields } from '../../../../pipeline/core/ports/log.ts';
import { noLog } from '../../../../pipeline/core/ports/log.ts';
import { topology } from '../../../../pipeline/core/topology.ts';
import { restoreTask } from '../../../../pipeline/runtime/commit/restore.ts';
import { memoryStore } from '../../../../pipeline/state/memory-store.ts';
import { clicked, clickOf, deadLetter, newYear, paidClicks } from '../../../support/clicks.ts';
import { numbered } from '../numbered.ts';
import { openTask } from '../open-task.ts';
import { Processes } from '../../../../pipeline/testing/processes.ts';
import { recordingMeter } from '../recording-meter.ts';

const counting = topology('counting', { deadLetter }, (t) => t.source('in', clicked).pipe(numbered('number')).to('out', paidClicks));
const stateless = topology('stateless', { deadLetter }, (t) => t.source('in', clicked).to('out', paidClicks));

const changelog = { topic: 'millrace.counting.number.changelog', partition: 0 };

/** A process that has numbered some clicks and has ended. */
const numberedBefore = async (users: number, deps: { readonly log?: Log; readonly meter?: ReturnType<typeof recordingMeter> } = {}) => {
  const processes = await Processes.of(counting, { deps: () => deps });
  await processes.put(clicked, ...Array.from({ length: users }, (_, n) => clickOf(`user-${n}`, newYear + n)));
  await processes.start('0');
  await processes.advance(1_000);
  await processes.stop('0');
  return processes;
};

describe('state that is restored', () => {
  it('is what was committed, counted and told', async () => {
    const lines: (readonly [string, LogFields])[] = [];
    const meter = recordingMeter();
    const log: Log = { ...noLog, info: (fields, message) => void lines.push([message, fields]) };
    const processes = await numberedBefore(7, { log, meter });
    await processes.put(clicked, clickOf('user-3', newYear + 10));
    await processes.start('0');
    await processes.advance(1_000);
    const last = (await processes.values(paidClicks)).at(-1);
    assert.deepEqual([last?.user, last?.page.id], ['user-3', '2']);
    assert.equal(meter.counted('restore_records_total', { topology: 'counting' }), 7);
    assert.deepEqual(
      lines.filter(([message]) => message === 'state restored').map(([, { task, records }]) => [task, records]),
      [['in/0', 7]],
    );
    await processes.close();
  });

  it('waits for what a transaction that is still open may add', async () => {
    const processes = await numberedBefore(1);
    const other = await processes.cluster.transactionalProducer('other');
    await other.begin();
    other.produce({ ...changelog, key: Buffer.from('user-0'), value: null });
    await processes.put(clicked, clickOf('user-0', newYear + 1));
    await processes.start('0');
    await processes.advance(5_000);
    assert.deepEqual(
      processes.runners.flatMap(({ tasks }) => tasks.map(({ isReady }) => isReady)),
      [false],
    );
    assert.equal((await processes.values(paidClicks)).length, 1);
    await other.abort();
    await processes.advance(1_000);
    assert.deepEqual(
      (await processes.values(paidClicks)).map(({ page }) => page.id),
      ['1', '2'],
    );
    await processes.close();
  });

  it('shows once a second how far it has come', async () => {
    const lines: LogFields[] = [];
    const log: Log = { ...noLog, info: (fields, message) => (message === 'restoring state' ? void lines.push(fields) : undefined) };
    const { task, env, processes } = await openTask(counting, { deps: { log } });
    const producer = await processes.cluster.producer();
    const store = memoryStore({ schema: 'n', shape: {}, encode: (n: number) => Buffer.from(`${n}`), decode: Number }, { node: 'number' });
    for (let n = 0; n < 4; n += 1) store.put(`user-${n}`, n, Infinity);
    for (const change of store.changes()) await producer.send({ ...changelog, ...change });
    const open = await processes.cluster.transactionalProducer('other');
    await open.begin();
    open.produce({ ...changelog, key: Buffer.from('x'), value: null });
    const restored = restoreTask(env, processes.cluster, task);
    await processes.advance(2_500);
    await open.abort();
    await processes.clock.until(restored);
    assert.deepEqual(
      lines.map(({ task: of, records }) => [of, records]),
      [
        ['in/0', 4],
        ['in/0', 4],
      ],
    );
    assert.equal(task.nodes.stores.get('number')?.size().entries, 4);
    await processes.cluster.close();
  });

  it('is nothing where there is no state, or none was written', async () => {
    for (const of of [stateless, counting]) {
      const { task, env, processes } = await openTask(of);
      await processes.clock.until(restoreTask(env, processes.cluster, task));
      await processes.cluster.close();
    }
  });

  it('that cannot be read stops the process', async () => {
    const processes = await numberedBefore(1);
    const producer = await processes.cluster.producer();
    await producer.send({ ...changelog, key: Buffer.from('user-0'), value: Buffer.alloc(0) });
    const runner = await processes.open('1');
    await assert.rejects(async () => {
      for (let step = 0; step < 20; step += 1) await processes.clock.until(runner.step(10));
    });
    await processes.cluster.close();
  });

  it('was none of a task that has gone before it was there', async () => {
    const processes = await numberedBefore(1);
    const other = await processes.cluster.transactionalProducer('other');
    await other.begin();
    other.produce({ ...changelog, key: Buffer.from('user-0'), value: null });
    await processes.start('0');
    await processes.advance(200);
    const [task] = processes.runners.flatMap(({ tasks }) => tasks);
    processes.expire('0');
    await processes.advance(200);
    await other.abort();
    await processes.advance(1_000);
    assert.equal(task?.isReady, false);
    assert.deepEqual(
      processes.runners.flatMap(({ tasks }) => tasks.map(({ isReady }) => isReady)),
      [true],
    );
    await processes.close();
  });
});
