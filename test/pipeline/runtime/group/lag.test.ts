import assert from 'node:assert/strict';
import { topology } from '../../../../pipeline/core/topology.ts';
import { EndHistory } from '../../../../pipeline/runtime/group/end-history.ts';
import { LagMeasure } from '../../../../pipeline/runtime/group/lag.ts';
import { Reporter } from '../../../../pipeline/runtime/group/reporter.ts';
import { clicked, deadLetter, paidClicks } from '../../../support/clicks.ts';
import { numbered } from '../numbered.ts';
import { clicksAt, openTask, stubConsumer } from '../open-task.ts';

const seconds = 1_000;
const labels = { topology: 'shop', topic: clicked.name };

const shop = topology('shop', { deadLetter }, (t) => {
  t.source('in', clicked).pipe(numbered('number')).to('out', paidClicks);
});

describe('since when a record is known to be in the log', () => {
  it('is the time at which an end beyond it was seen first', () => {
    const history = new EndHistory();
    history.saw(10, 0);
    history.saw(20, 5);
    history.saw(20, 7);
    history.saw(30, 9);
    assert.equal(history.since(5), 0);
    assert.equal(history.since(10), 5);
    assert.equal(history.since(25), 9);
    assert.equal(history.since(30), undefined);
    history.saw(31, 12);
    assert.equal(history.since(30), 12);
  });

  it('is told too late and never too early when there are more ends than it keeps', () => {
    const history = new EndHistory();
    for (let at = 0; at < 5_000; at += 1) history.saw(at + 1, at);
    const since = history.since(1_000) ?? 0;
    assert.ok(since >= 1_000 && since < 1_100, `${since}`);
  });
});

describe('the lag of a task', () => {
  const scene = async () => {
    const open = await openTask(shop);
    const { task, processes } = open;
    task.isReady = true;
    const measure = new LagMeasure(processes.clock);
    const lag = (end: number | undefined) => measure.take([task], [end]).get(clicked.name);
    return { ...open, clock: processes.clock, lag, queue: task.queues[0] };
  };

  it('is the age of the oldest record that was polled and not fed, by its Kafka timestamp', async () => {
    const { clock, lag, queue, ...open } = await scene();
    const now = clock.now();
    for (const record of await clicksAt({ ...open }, clicked.name, now - 30 * seconds, now - 20 * seconds)) queue?.push(record);
    assert.deepEqual(lag(5), { records: 5, age: 30 * seconds, read: 0, written: 0 });
    queue?.drop(1);
    await clock.advance(seconds);
    assert.deepEqual(lag(5), { records: 4, age: 21 * seconds, read: 1, written: 0 });
  });

  it('is the time since which records are known to be there that were not polled', async () => {
    const { clock, lag } = await scene();
    lag(0);
    await clock.advance(5 * seconds);
    assert.deepEqual(lag(7), { records: 7, age: 0, read: 0, written: 7 });
    await clock.advance(5 * seconds);
    assert.deepEqual(lag(undefined), { records: 7, age: 5 * seconds, read: 0, written: 0 });
  });

  it('is nothing once all is processed, and counts what is read again after a rollback once', async () => {
    const { clock, lag, queue } = await scene();
    if (queue === undefined) throw new Error('the task has no queue');
    lag(10);
    await clock.advance(5 * seconds);
    queue.position = 10;
    assert.deepEqual(lag(10), { records: 0, age: 0, read: 10, written: 0 });
    queue.position = 4;
    assert.equal(lag(10)?.records, 6);
    queue.position = 12;
    assert.deepEqual(lag(12), { records: 0, age: 0, read: 2, written: 2 });
  });

  it('does not count as read what lies before the place from which it goes on', async () => {
    const { lag, task, queue } = await scene();
    if (queue === undefined) throw new Error('the task has no queue');
    task.isReady = false;
    lag(100);
    queue.position = 90;
    task.isReady = true;
    assert.deepEqual(lag(100), { records: 10, age: 0, read: 0, written: 0 });
  });
});

describe('what is told of lag', () => {
  it('is records, seconds and the offsets that went by, and nothing of a topic that has left', async () => {
    const { env, task, meter, processes, ...open } = await openTask(shop);
    const { clock } = processes;
    task.isReady = true;
    let end = 4;
    const consumer = stubConsumer({ ends: (places) => Promise.resolve(places.map(() => end)) });
    const reporter = new Reporter(env);
    await reporter.turn(consumer, [task]);
    for (const record of await clicksAt({ ...open, env, task, meter, processes }, clicked.name, clock.now() - 60 * seconds)) {
      task.queues[0]?.push(record);
    }
    await clock.advance(5 * seconds);
    end = 10;
    await reporter.turn(consumer, [task]);
    assert.equal(meter.gauged('lag_records', labels), 10);
    assert.equal(meter.gauged('lag_seconds', labels), 65);
    assert.equal(meter.counted('appended_offsets_total', labels), 6);
    assert.equal(meter.counted('processed_offsets_total', labels), 0);
    await clock.advance(5 * seconds);
    await reporter.turn(consumer, []);
    assert.equal(meter.gauged('lag_records', labels), 0);
    assert.equal(meter.gauged('lag_seconds', labels), 0);
  });
});
