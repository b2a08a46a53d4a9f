import assert from 'node:assert/strict';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import { patiently, type Patience } from '../../../pipeline/core/patiently.ts';
import type { Clock } from '../../../pipeline/core/ports/clock.ts';
import { VirtualClock } from '../../../pipeline/testing/virtual-clock.ts';

const away = new MillraceError('cluster_unavailable', 'nobody answers');
const limits = { firstMs: 100, mostMs: 1_000, budgetMs: 5_000 };

/** Fails with these errors in turn, then succeeds. */
const failing = (...errors: ReadonlyArray<Error>): { readonly attempt: () => Promise<string>; readonly count: () => number } => {
  let tried = 0;
  const attempt = (): Promise<string> => {
    tried += 1;
    const error = errors[tried - 1];
    return error === undefined ? Promise.resolve('done') : Promise.reject(error);
  };
  return { attempt, count: () => tried };
};

const always = { length: 1_000 };

describe('patiently', () => {
  it('gives what the first attempt gives, at once', async () => {
    const clock = new VirtualClock();
    assert.equal(await clock.until(patiently(failing().attempt, { clock, limits })), 'done');
    assert.equal(clock.monotonic(), 0);
  });

  it('tries again what can be tried again, after pauses that double up to the longest', async () => {
    const clock = new VirtualClock();
    const waits: number[] = [];
    const onRetry: Patience['onRetry'] = (_, waitMs) => waits.push(waitMs);
    const { attempt } = failing(away, away, away, away, away, away);
    assert.equal(await clock.until(patiently(attempt, { clock, limits, onRetry })), 'done');
    assert.deepEqual(waits, [50, 100, 200, 400, 500, 500]);
    assert.equal(clock.monotonic(), 1_750);
  });

  it('throws the last error when the budget is used up, not later', async () => {
    const clock = new VirtualClock();
    const { attempt, count } = failing(...Array.from(always, () => away));
    await assert.rejects(clock.until(patiently(attempt, { clock, limits })), away);
    assert(clock.monotonic() > 4_000 && clock.monotonic() <= 5_000, String(clock.monotonic()));
    assert.equal(count(), 13);
  });

  it('throws at once what cannot be tried again', async () => {
    const clock = new VirtualClock();
    for (const error of [new MillraceError('fenced', 'taken over'), new TypeError('a defect')]) {
      const { attempt, count } = failing(error);
      await assert.rejects(clock.until(patiently(attempt, { clock, limits })), error);
      assert.equal(count(), 1);
    }
  });

  it('tries nothing again once nobody waits for it', async () => {
    const clock = new VirtualClock();
    const { attempt, count } = failing(away, away, away);
    await assert.rejects(clock.until(patiently(attempt, { clock, limits, isOver: () => count() === 2 })), away);
    assert.equal(count(), 2);
  });

  it('tries nothing again if that comes while it waits', async () => {
    const clock = new VirtualClock();
    const { attempt, count } = failing(away, away);
    await assert.rejects(clock.until(patiently(attempt, { clock, limits, isOver: () => clock.monotonic() > 0 })), away);
    assert.equal(count(), 1);
  });

  it('leaves it to the caller what is worth another attempt', async () => {
    const clock = new VirtualClock();
    const { attempt } = failing(new TypeError('may pass'));
    assert.equal(await clock.until(patiently(attempt, { clock, limits, isWorthIt: (thrown) => thrown instanceof TypeError })), 'done');
  });

  it('spreads the pauses by what the clock says below a microsecond', async () => {
    const waits: number[] = [];
    const clock: Clock = { now: () => 0, monotonic: () => 10.0005, sleep: () => Promise.resolve() };
    await patiently(failing(away).attempt, { clock, limits, onRetry: (_, waitMs) => waits.push(waitMs) });
    assert.equal(Math.round(waits[0] ?? 0), 75);
  });
});
