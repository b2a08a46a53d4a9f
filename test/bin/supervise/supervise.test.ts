import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { restartLimits, Restarts } from '../../../bin/supervise/restarts.ts';
import { SlotKeeper } from '../../../bin/supervise/slot-keeper.ts';
import { supervise } from '../../../bin/supervise/supervise.ts';
import { noLog } from '../../../pipeline/core/ports/log.ts';
import { VirtualClock } from '../../../pipeline/testing/virtual-clock.ts';
import { type FakeChild, fakeChild } from './fake-child.ts';

const graceMs = 30_000;

class Scene {
  readonly clock = new VirtualClock();
  readonly signals = new EventEmitter();
  /** What was started, by slot, in order. */
  readonly children: FakeChild[][];
  readonly keepers: ReadonlyArray<SlotKeeper>;
  readonly ended: Promise<number>;

  constructor(slots: number) {
    const { clock } = this;
    this.children = Array.from({ length: slots }, () => []);
    this.keepers = this.children.map((started, index) => {
      const start = (): FakeChild => {
        const child = fakeChild();
        started.push(child);
        return child;
      };
      return new SlotKeeper({ slot: `s-${index}`, start, restarts: new Restarts(restartLimits, () => 1), clock, log: noLog });
    });
    this.ended = supervise(this.keepers, { signals: this.signals, clock, log: noLog, graceMs });
  }

  child(slot: number): FakeChild {
    const child = this.children[slot]?.at(-1);
    if (child === undefined) throw new Error(`nothing was started in slot ${slot}`);
    return child;
  }

  counts(): ReadonlyArray<number> {
    return this.children.map((started) => started.length);
  }
}

describe('supervise', () => {
  it('starts a process in each slot, and asks each to drain on the first signal', async () => {
    const scene = new Scene(2);
    assert.deepEqual(scene.counts(), [1, 1]);
    scene.signals.emit('SIGTERM');
    for (const slot of [0, 1]) assert.deepEqual(scene.child(slot).told, ['ask']);
    for (const slot of [0, 1]) scene.child(slot).end({ code: 0 });
    assert.equal(await scene.ended, 0);
    assert.deepEqual(scene.counts(), [1, 1]);
    assert.equal(scene.signals.listenerCount('SIGTERM') + scene.signals.listenerCount('SIGINT'), 0);
  });

  it('asks again on a second signal, and ends with the worst exit code', async () => {
    const scene = new Scene(3);
    scene.signals.emit('SIGTERM');
    scene.signals.emit('SIGINT');
    assert.deepEqual(scene.child(2).told, ['ask', 'ask']);
    scene.child(0).end({ code: 0 });
    scene.child(1).end({ signal: 'SIGTERM' });
    scene.child(2).end({ code: 1 });
    assert.equal(await scene.ended, 143);
  });

  it('starts a process again that was killed, after a pause, under the same slot, and leaves the others alone', async () => {
    const scene = new Scene(2);
    scene.child(1).end({ signal: 'SIGKILL' });
    await scene.clock.advance(999);
    assert.deepEqual(scene.counts(), [1, 1]);
    assert.deepEqual(
      scene.keepers.map(({ pid }) => pid !== undefined),
      [true, false],
    );
    await scene.clock.advance(1);
    assert.deepEqual(scene.counts(), [1, 2]);
    assert.deepEqual(
      scene.keepers.map(({ pid, restarts }) => [pid !== undefined, restarts]),
      [
        [true, 0],
        [true, 1],
      ],
    );
    assert.deepEqual(scene.child(0).told, []);
  });

  it('starts nothing again once it is to end, and tells how that slot had ended', async () => {
    const scene = new Scene(2);
    scene.child(1).end({ code: 1 });
    await scene.clock.advance(500);
    scene.signals.emit('SIGTERM');
    scene.child(0).end({ code: 0 });
    assert.equal(await scene.ended, 1);
    await scene.clock.advance(60_000);
    assert.deepEqual(scene.counts(), [1, 1]);
  });

  it('gives up a process that fails again and again, drains the others and ends with its code', async () => {
    const scene = new Scene(2);
    for (let failures = 0; failures <= restartLimits.failures; failures += 1) {
      scene.child(0).end({ code: 1 });
      await scene.clock.advance(restartLimits.mostMs);
    }
    assert.deepEqual(scene.counts(), [restartLimits.failures + 1, 1]);
    assert.deepEqual(scene.child(1).told, ['ask']);
    scene.child(1).end({ code: 0 });
    assert.equal(await scene.ended, 1);
  });

  it('starts nothing again that was started wrongly', async () => {
    const scene = new Scene(2);
    scene.child(0).end({ code: 2 });
    await scene.clock.advance(0);
    scene.child(1).end({ code: 0 });
    assert.equal(await scene.ended, 2);
    assert.deepEqual(scene.counts(), [1, 1]);
  });

  it('ends a process that has not ended by itself five seconds after its grace', async () => {
    const scene = new Scene(1);
    scene.signals.emit('SIGTERM');
    await scene.clock.advance(graceMs + 4_999);
    assert.deepEqual(scene.child(0).told, ['ask']);
    await scene.clock.advance(1);
    assert.deepEqual(scene.child(0).told, ['ask', 'kill']);
    assert.equal(await scene.ended, 137);
  });
});

describe('Restarts', () => {
  const restarts = (random = 1): Restarts => new Restarts(restartLimits, () => random);

  it('doubles its pauses up to half a minute, with jitter, and gives up in the end', () => {
    const [full, half] = [restarts(), restarts(0)];
    const pauses = (of: Restarts): ReadonlyArray<number | undefined> => Array.from({ length: 9 }, () => of.next(1, 100));
    assert.deepEqual(pauses(full), [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, undefined]);
    assert.deepEqual(pauses(half), [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, undefined]);
  });

  it('counts from one again after a minute that went well, and after an end in order', () => {
    const of = restarts();
    of.next(137, 100);
    of.next(137, 100);
    assert.equal(of.next(137, 60_000), 1_000);
    assert.equal(of.next(137, 100), 2_000);
    assert.equal(of.next(0, 100), 1_000);
    assert.equal(of.next(1, 100), 1_000);
  });
});
