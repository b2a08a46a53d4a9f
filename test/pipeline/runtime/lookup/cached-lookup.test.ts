import assert from 'node:assert/strict';
import type { Lookup } from '../../../../pipeline/core/ports/lookup.ts';
import { type CacheSettings, CachedLookup } from '../../../../pipeline/runtime/lookup/cached-lookup.ts';
import type { Answer } from '../../../../pipeline/runtime/task/lookup-stage.ts';
import { VirtualClock } from '../../../../pipeline/testing/virtual-clock.ts';

const deadline = 50;
const settings: CacheSettings = { ttl: 1_000, negativeTtl: 100, size: 3 };

/** A lookup that knows every key but 'none', and what it was asked for. */
const scene = (over: Partial<Lookup<string>> = {}, cache: CacheSettings = settings) => {
  const clock = new VirtualClock();
  const asked: string[][] = [];
  const port: Lookup<string> = {
    fetch: async (keys, signal) => {
      asked.push([...keys]);
      await clock.sleep(10, signal);
      return keys.map((key) => (key === 'none' ? undefined : `${key}!`));
    },
    ...over,
  };
  const lookup = new CachedLookup(port, clock, cache);
  const ask = async (...keys: ReadonlyArray<string>): Promise<Readonly<Record<string, Answer>>> =>
    Object.fromEntries(await clock.until(lookup.ask(keys, deadline)));
  return { clock, asked, lookup, ask };
};

describe('a lookup with a cache', () => {
  it('answers every key, those without an answer too', async () => {
    const { ask } = scene();
    assert.deepEqual(await ask('a', 'none', 'b'), { a: { found: 'a!' }, none: { found: undefined }, b: { found: 'b!' } });
  });

  it('asks again only for what it does not know', async () => {
    const { asked, ask } = scene();
    await ask('a');
    assert.deepEqual(await ask('a', 'b'), { a: { found: 'a!' }, b: { found: 'b!' } });
    await ask('a', 'b');
    assert.deepEqual(asked, [['a'], ['b']]);
  });

  it('keeps an answer for its time, and that there is none for a shorter one', async () => {
    const { clock, asked, ask } = scene();
    await ask('a', 'none');
    await clock.advance(99);
    await ask('a', 'none');
    assert.equal(asked.length, 1);
    await clock.advance(1);
    await ask('a', 'none');
    assert.deepEqual(asked[1], ['none']);
    await clock.advance(900);
    await ask('a');
    assert.deepEqual(asked[2], ['a']);
  });

  it('keeps so many answers at most, and lets the oldest go', async () => {
    const { asked, ask } = scene();
    for (const key of ['a', 'b', 'c', 'd']) await ask(key);
    await ask('b', 'c', 'd');
    assert.equal(asked.length, 4);
    await ask('a');
    assert.deepEqual(asked[4], ['a']);
  });

  it('answers late, at the deadline, when the port does not, and calls the port off', async () => {
    let isCalledOff = false;
    const { clock, ask } = scene({
      fetch: (_, signal) => {
        signal.addEventListener('abort', () => (isCalledOff = true));
        return new Promise(() => undefined);
      },
    });
    assert.deepEqual(await ask('a', 'b'), { a: 'late', b: 'late' });
    assert.equal(clock.monotonic(), deadline);
    assert(isCalledOff);
  });

  it('does not remember that an answer was late', async () => {
    let isSlow = true;
    const { clock, lookup, ask } = scene({
      fetch: (keys) => (isSlow ? new Promise<string[]>(() => undefined) : Promise.resolve(keys.map((key) => `${key}?`))),
    });
    await ask('a');
    isSlow = false;
    assert.deepEqual(await ask('a'), { a: { found: 'a?' } });
    assert.equal(clock.sleeping, 0);
    assert.deepEqual(await lookup.ask([], deadline), new Map());
  });

  it('answers late when the port fails, however it does', async () => {
    const rejecting = scene({ fetch: () => Promise.reject(new Error('away')) });
    assert.deepEqual(await rejecting.ask('a'), { a: 'late' });
    const throwing = scene({
      fetch: () => {
        throw new Error('broken');
      },
    });
    assert.deepEqual(await throwing.ask('a'), { a: 'late' });
  });

  it('does not wait for the deadline once the port has answered', async () => {
    const { clock, ask } = scene();
    await ask('a');
    assert.equal(clock.monotonic(), 10);
    assert.equal(clock.sleeping, 0);
  });
});
