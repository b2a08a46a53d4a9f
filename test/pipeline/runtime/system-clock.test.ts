import assert from 'node:assert/strict';
import { systemClock } from '../../../pipeline/runtime/system-clock.ts';

describe('systemClock', () => {
  it('tells the time of day and a time that only goes forward', () => {
    assert.ok(systemClock.now() > Date.UTC(2024, 0, 1));
    const monotonic = systemClock.monotonic();
    assert.ok(systemClock.monotonic() >= monotonic);
  });

  it('sleeps as long as it is told', async () => {
    const start = systemClock.monotonic();
    await systemClock.sleep(15);
    assert.ok(systemClock.monotonic() - start >= 14);
  });

  it('wakes at once when the signal is aborted', async () => {
    const wake = new AbortController();
    const slept = systemClock.sleep(60_000, wake.signal);
    wake.abort();
    await slept;
    await systemClock.sleep(60_000, wake.signal);
  });

  it('sleeps longer than a timer of the platform can, without waking early', async () => {
    const wake = new AbortController();
    const state = { awake: false };
    const slept = systemClock.sleep(Infinity, wake.signal).then(() => (state.awake = true));
    await systemClock.sleep(5);
    assert.equal(state.awake, false);
    wake.abort();
    await slept;
  });
});
