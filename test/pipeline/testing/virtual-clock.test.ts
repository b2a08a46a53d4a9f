import assert from 'node:assert/strict';
import { systemClock } from '../../../pipeline/runtime/system-clock.ts';
import { VirtualClock } from '../../../pipeline/testing/virtual-clock.ts';

const sleeperOf =
  (clock: VirtualClock, log: string[]) =>
  async (name: string, ms: number): Promise<void> => {
    await clock.sleep(ms);
    log.push(`${name}@${clock.monotonic()}`);
  };

describe('VirtualClock', () => {
  it('stands still until it is moved', async () => {
    const clock = new VirtualClock(1000);
    await clock.advance(250);
    assert.deepEqual([clock.now(), clock.monotonic()], [1250, 250]);
  });

  it('wakes sleepers in the order in which they are due, each at its own time', async () => {
    const clock = new VirtualClock();
    const log: string[] = [];
    const sleeper = sleeperOf(clock, log);
    const all = [sleeper('late', 30), sleeper('early', 10), sleeper('also early', 10), sleeper('later', 40)];
    await clock.advance(30);
    assert.deepEqual(log, ['early@10', 'also early@10', 'late@30']);
    assert.equal(clock.sleeping, 1);
    await clock.advance(10);
    await Promise.all(all);
  });

  it('lets no time pass before work outside of it is done', async () => {
    const clock = new VirtualClock();
    const log: string[] = [];
    const write = async (): Promise<void> => {
      await clock.sleep(10);
      const written = systemClock.sleep(20).then(() => 'written');
      log.push(`${await clock.during(written)}@${clock.monotonic()}`);
    };
    const both = [write(), sleeperOf(clock, log)('other', 20)];
    await clock.advance(100);
    await Promise.all(both);
    assert.deepEqual(log, ['written@10', 'other@20']);
  });

  it('lets what was woken run as far as it can before the next is woken', async () => {
    const clock = new VirtualClock();
    const log: string[] = [];
    const twice = async (): Promise<void> => {
      await clock.sleep(10);
      log.push('first');
      await clock.sleep(5);
      log.push(`second@${clock.monotonic()}`);
    };
    const both = [twice(), sleeperOf(clock, log)('other', 20)];
    await clock.advance(100);
    await Promise.all(both);
    assert.deepEqual(log, ['first', 'second@15', 'other@20']);
  });

  it('wakes at once when the signal is aborted, and forgets the sleeper', async () => {
    const clock = new VirtualClock();
    const wake = new AbortController();
    const slept = clock.sleep(1000, wake.signal);
    wake.abort();
    await slept;
    assert.deepEqual([clock.sleeping, clock.monotonic()], [0, 0]);
    await clock.sleep(1000, wake.signal);
  });

  it('does not wait for no time', async () => {
    const clock = new VirtualClock();
    await clock.sleep(0);
    assert.equal(clock.sleeping, 0);
  });

  it('passes as much time as a piece of work needs, and no more', async () => {
    const clock = new VirtualClock();
    const work = async (): Promise<string> => {
      for (let step = 0; step < 3; step += 1) await clock.sleep(7);
      return 'done';
    };
    assert.equal(await clock.until(work()), 'done');
    assert.equal(clock.monotonic(), 21);
  });

  it('throws what the work throws', async () => {
    const clock = new VirtualClock();
    const work = clock.sleep(5).then(() => {
      throw new Error('broken');
    });
    await assert.rejects(clock.until(work), /broken/);
  });

  it('says so when no passing of time can finish the work', async () => {
    const clock = new VirtualClock();
    await assert.rejects(clock.until(new Promise(() => undefined)), /Nothing sleeps/);
    await assert.rejects(clock.until(clock.sleep(Infinity)), /Nothing sleeps/);
  });
});
