import assert from 'node:assert/strict';
import type { Clock } from '../../../pipeline/core/ports/clock.ts';
import { Budget } from '../../../services/ingest/log/budget.ts';
import { Lateness } from '../../../services/ingest/log/lateness.ts';

/** A clock that is set by hand; `tick` lets everybody go on who sleeps, as an event loop that comes to its timers does. */
const clockByHand = (): {
  readonly clock: Clock;
  pass: (ms: number) => void;
  tick: () => Promise<void>;
  readonly sleeping: () => number;
} => {
  let now = 0;
  let sleepers: (() => void)[] = [];
  const sleep: Clock['sleep'] = (_, signal) =>
    new Promise((resolve) => {
      sleepers.push(resolve);
      signal?.addEventListener('abort', () => resolve());
    });
  return {
    clock: { now: () => now, monotonic: () => now, sleep },
    pass: (ms) => (now += ms),
    tick: async () => {
      const due = sleepers;
      sleepers = [];
      for (const wake of due) wake();
      await Promise.resolve();
      await Promise.resolve();
    },
    sleeping: () => sleepers.length,
  };
};

describe('a process that is late with what it has', () => {
  it('takes nothing more until it has come to look at the clock again', async () => {
    const { clock, pass, tick } = clockByHand();
    const lateness = new Lateness(clock);
    const budget = new Budget(1_000, () => lateness.isLate());
    assert.ok(budget.take(10));
    pass(110);
    assert.ok(budget.take(10), 'a hundred ms after it was due is not late yet');
    pass(1);
    assert.equal(budget.take(10), false);
    await tick();
    assert.ok(budget.take(10));
    lateness.close();
  });

  it('takes a request all the same when it has no other', () => {
    const { clock, pass } = clockByHand();
    const lateness = new Lateness(clock);
    pass(5_000);
    assert.ok(new Budget(1_000, () => lateness.isLate()).take(10));
    lateness.close();
  });

  it('looks no more once it is closed', async () => {
    const { clock, tick, sleeping } = clockByHand();
    const lateness = new Lateness(clock);
    lateness.close();
    await tick();
    assert.equal(sleeping(), 0);
  });
});
