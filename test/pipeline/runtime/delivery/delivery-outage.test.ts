import assert from 'node:assert/strict';
import type { Step } from '../../../../pipeline/cluster/memory/faults.ts';
import { MillraceError } from '../../../../pipeline/core/errors.ts';
import { RetryLater } from '../../../../pipeline/core/retry-later.ts';
import { watchedPolls } from '../../http-delivery/feed.ts';
import { away, Scene, upTo } from './scene.ts';

const hours = 3_600_000;

describe('a delivery whose target is away for long', () => {
  it('reads no more than a few batches of a hundred thousand records that wait, and then delivers each once', async () => {
    const scene = new Scene({ partitions: 2 });
    const count = 100_000;
    await scene.write(upTo(count));
    const back = scene.clock.now() + hours;
    const before = (): void => {
      if (scene.clock.now() < back) throw away();
    };
    let polled = 0;
    let polledMeanwhile = 0;
    const cluster = watchedPolls(scene.cluster, (records) => {
      polled += records;
      if (scene.clock.now() < back) polledMeanwhile = polled;
    });
    const delivery = scene.delivery({ faults: { before }, ports: { cluster }, options: { batch: { records: 1_000 } } });
    const done = delivery.run();
    for (let minute = 0; minute < 60; minute += 1) await scene.clock.advance(60_000);
    assert.equal(delivery.trouble?.code, 'table_unavailable');
    assert.ok(polledMeanwhile > 0 && polledMeanwhile <= 2 * 4 * 1_000, `${polledMeanwhile} records were read while the target was away`);
    await scene.passUntil(() => scene.received().length >= count);
    assert.equal(scene.received().length, count);
    assert.equal(new Set(scene.received()).size, count);
    assert.equal(delivery.trouble, undefined);
    await scene.clock.until(delivery.stop());
    await done;
  });

  it('asks what is there when it tries again after so long that the token may be forgotten', async () => {
    const scene = new Scene();
    await scene.write(upTo(3));
    let attempts = 0;
    const back = scene.clock.now() + 10 * 60_000;
    const after = (): void => {
      attempts += 1;
      if (attempts === 1) throw away();
    };
    const before = (): void => {
      if (attempts === 1 && scene.clock.now() < back) {
        scene.receiver.forgetTokens();
        throw away();
      }
    };
    await scene.runUntil(scene.delivery({ faults: { before, after } }), () => attempts === 2);
    assert.deepEqual(scene.received(), [0, 1, 2]);
    const pending = scene.receiver.handovers.map(({ pending: isPending }) => isPending);
    assert.deepEqual([pending[0], pending[1], pending.at(-1)], [false, false, true]);
  });

  it('says since when and by what it is held up, until that has passed', async () => {
    const scene = new Scene();
    await scene.write([0]);
    const started = scene.clock.now();
    const back = started + 20_000;
    const before = (): void => {
      if (scene.clock.now() < back) throw away();
    };
    const delivery = scene.delivery({ faults: { before }, options: { batch: { waitMs: 0 } } });
    const done = delivery.run();
    await scene.clock.advance(15_000);
    const { trouble } = delivery;
    assert.deepEqual([trouble?.step, trouble?.code, trouble?.error], ['deliver', 'table_unavailable', 'nobody is there']);
    assert.ok((trouble?.attempts ?? 0) > 3);
    assert.ok((trouble?.since ?? 0) - started < 5_000);
    await scene.passUntil(() => delivery.trouble === undefined && scene.received().length === 1);
    await scene.clock.until(delivery.stop());
    await done;
  });

  it('asks again where it begins while the coordinator of its group moves', async () => {
    let refusals = 0;
    const before = ({ operation }: Step): void => {
      if (operation !== 'committed' || refusals === 3) return;
      refusals += 1;
      throw new MillraceError('cluster_unavailable', 'Broker: Not coordinator');
    };
    const scene = new Scene({ faults: { before } });
    await scene.write(upTo(3));
    await scene.runUntil(scene.delivery(), () => scene.received().length === 3);
    assert.equal(refusals, 3);
    assert.deepEqual(scene.received(), [0, 1, 2]);
  });

  it('waits as long as the other side asks for, and the jitter on top', async () => {
    const scene = new Scene();
    await scene.write([0]);
    const times: number[] = [];
    const before = (): void => {
      times.push(scene.clock.now());
      if (times.length === 1) throw new RetryLater('receiver_unavailable', 'not now', 90_000);
    };
    await scene.runUntil(scene.delivery({ faults: { before }, options: { retry: { firstMs: 200 } } }), () => times.length === 2);
    assert.equal((times[1] ?? 0) - (times[0] ?? 0), 90_100);
  });
});
