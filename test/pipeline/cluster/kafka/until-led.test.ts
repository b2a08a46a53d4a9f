import assert from 'node:assert/strict';
import { untilLed } from '../../../../pipeline/cluster/kafka/until-led.ts';
import { MillraceError } from '../../../../pipeline/core/errors.ts';
import type { Clock } from '../../../../pipeline/core/ports/clock.ts';

/** A clock whose sleeps take no time. */
const quickClock = (): Clock => {
  let now = 0;
  return {
    now: () => now,
    monotonic: () => now,
    sleep: (ms) => {
      now += ms;
      return Promise.resolve();
    },
  };
};

const refused = (code: number): { readonly error: { readonly code: number; readonly message: string } } => ({
  error: { code, message: 'refused' },
});

const fail = (error: Error): never => {
  throw error;
};

const asking = (answers: ReadonlyArray<{ readonly error?: { readonly code: number; readonly message: string } }>) => {
  const state = { calls: 0, renewals: 0 };
  const ask = () => Promise.resolve([answers[Math.min(state.calls++, answers.length - 1)] ?? {}]);
  const renew = () => {
    state.renewals += 1;
    return Promise.reject(new Error('no answer'));
  };
  return { state, ask, renew };
};

describe('asking about partitions that change hands', () => {
  it('asks again, and looks up who leads, while one side does not know the epoch of the other', async () => {
    const { state, ask, renew } = asking([refused(75), refused(74), {}]);
    assert.deepEqual(await untilLed(ask, { clock: quickClock(), ms: 1_000, renew }), [{}]);
    assert.equal(state.calls, 3);
    assert.equal(state.renewals, 2);
  });

  it('asks again for topics that a broker which has just started does not know yet, and for no others', async () => {
    const unknown = new MillraceError('unknown_topic', 'Local: No such entry');
    const asked = [() => [refused(74)], () => fail(unknown), () => [refused(3)], () => [{}]];
    let calls = 0;
    const ask = () => Promise.resolve().then(() => asked[calls++]?.() ?? []);
    const renew = () => Promise.resolve();
    assert.deepEqual(await untilLed(ask, { clock: quickClock(), ms: 1_000, renew }), [{}]);
    await assert.rejects(
      untilLed(() => Promise.reject(unknown), { clock: quickClock(), ms: 1_000, renew }),
      { code: 'unknown_topic' },
    );
  });

  it('takes any other refusal at once', async () => {
    const { state, ask, renew } = asking([refused(3), {}]);
    assert.deepEqual(await untilLed(ask, { clock: quickClock(), ms: 1_000, renew }), [refused(3)]);
    assert.equal(state.calls, 1);
  });

  it('resolves to the last refusal when the time is over', async () => {
    const { state, ask, renew } = asking([refused(75)]);
    assert.deepEqual(await untilLed(ask, { clock: quickClock(), ms: 1_000, renew }), [refused(75)]);
    assert.equal(state.calls, 11);
  });
});
