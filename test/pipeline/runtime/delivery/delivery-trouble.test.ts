import assert from 'node:assert/strict';
import { MillraceError } from '../../../../pipeline/core/errors.ts';
import type { Labels } from '../../../../pipeline/core/ports/meter.ts';
import { away, gate, numberDecoder, Scene, topic, upTo } from './scene.ts';

const failureOf = async (scene: Scene, work: Promise<void>): Promise<MillraceError> => {
  try {
    await scene.clock.until(work);
  } catch (error) {
    assert.ok(error instanceof MillraceError);
    return error;
  }
  return assert.fail('it did not fail');
};

describe('a delivery in trouble', () => {
  it('tries again under the same token, waiting longer each time, and counts it', async () => {
    const scene = new Scene();
    await scene.write([0]);
    const times: number[] = [];
    const before = (): void => {
      times.push(scene.clock.now());
      if (times.length < 5) throw away();
    };
    const counted: (readonly [string, Labels, number])[] = [];
    const meter = { count: (...all: [string, Labels, number]) => void counted.push(all), gauge: () => undefined, observe: () => undefined };
    const delivery = scene.delivery({ faults: { before }, ports: { meter }, options: { retry: { firstMs: 100, mostMs: 300 } } });
    await scene.runUntil(delivery, () => scene.received().length > 0);
    assert.deepEqual(
      times.slice(1).map((time, at) => time - (times[at] ?? 0)),
      [50, 100, 150, 150],
    );
    assert.equal(new Set(scene.receiver.handovers.map(({ token }) => token)).size, 1);
    const labels = { topology: 'test', node: 'rows' };
    assert.deepEqual(
      counted.filter(([name]) => name === 'delivery_retries_total'),
      Array(4).fill(['delivery_retries_total', labels, 1]),
    );
    assert.deepEqual(
      counted.filter(([name]) => name === 'delivery_rows_total'),
      [['delivery_rows_total', labels, 1]],
    );
  });

  it('does not count twice what was taken when the answer was lost', async () => {
    const scene = new Scene();
    await scene.write(upTo(7));
    let lost = 0;
    const after = (): void => {
      lost += 1;
      if (lost % 2 === 1) throw away();
    };
    await scene.runUntil(scene.delivery({ faults: { after } }), () => scene.received().length >= 7);
    assert.deepEqual(scene.received(), upTo(7));
  });

  it('only waits while the target is away for a minute, and says how long rows have been waiting', async () => {
    const scene = new Scene();
    const waits: number[] = [];
    const meter = {
      count: () => undefined,
      gauge: (_: string, __: Labels, value: number) => void waits.push(value),
      observe: () => undefined,
    };
    const back = scene.clock.now() + 60_000;
    const before = (): void => {
      if (scene.clock.now() < back) throw away();
    };
    const delivery = scene.delivery({ faults: { before }, ports: { meter } });
    const done = delivery.run();
    for (let n = 0; n < 30; n += 1) {
      await scene.write([n]);
      await scene.clock.advance(1000);
    }
    assert.deepEqual(scene.received(), []);
    await scene.passUntil(() => scene.received().length >= 30);
    assert.deepEqual(scene.received(), upTo(30));
    assert.ok(Math.max(...waits) > 55, `rows waited for ${Math.max(...waits)} s`);
    await scene.clock.advance(1000);
    assert.equal(waits.at(-1), 0);
    await scene.clock.until(delivery.stop());
    await done;
  });

  it('waits for the target before it joins the group', async () => {
    const scene = new Scene();
    await scene.write([0]);
    const back = scene.clock.now() + 5_000;
    const prepare = (): void => {
      if (scene.clock.now() < back) throw away();
      assert.deepEqual(scene.cluster.members('test.rows'), []);
    };
    await scene.runUntil(scene.delivery({ faults: { prepare } }), () => scene.received().length > 0);
    assert.ok(scene.clock.now() >= back);
  });

  it('stops at once when the target has not been reached yet', async () => {
    const scene = new Scene();
    const delivery = scene.delivery({
      faults: {
        prepare: () => {
          throw away();
        },
      },
    });
    const done = delivery.run();
    await scene.clock.advance(3000);
    await scene.clock.until(delivery.stop());
    await done;
  });

  it('fails at the start when the target cannot take what is sent', async () => {
    const scene = new Scene();
    const prepare = (): never => {
      throw new MillraceError('bad_table', 'no such column');
    };
    const error = await failureOf(scene, scene.delivery({ faults: { prepare } }).run());
    assert.equal(error.code, 'bad_table');
  });

  it('calls an attempt off at its deadline and tries again', async () => {
    const scene = new Scene();
    await scene.write([0]);
    let attempts = 0;
    const before = (_: unknown, signal: AbortSignal): Promise<void> | undefined => {
      attempts += 1;
      if (attempts > 1) return undefined;
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    };
    const started = scene.clock.now();
    const delivery = scene.delivery({ faults: { before }, options: { retry: { attemptMs: 7000 } } });
    await scene.runUntil(delivery, () => scene.received().length > 0);
    assert.equal(attempts, 2);
    assert.ok(scene.clock.now() - started >= 7000);
  });

  it('stops with the topic, partition and offsets when the target does not accept the rows, and commits nothing for them', async () => {
    const scene = new Scene();
    await scene.write(upTo(9));
    const before = ({ from }: { readonly from: number }): void => {
      if (from === 3) throw new MillraceError('delivery_refused', 'the value is too large');
    };
    const error = await failureOf(scene, scene.delivery({ faults: { before } }).run());
    assert.equal(error.code, 'delivery_refused');
    assert.equal(error.message, `Delivery of ${topic} [0], offsets 3 to 5: the value is too large`);
    assert.deepEqual(scene.received(), [0, 1, 2]);
    assert.deepEqual(await scene.committed(), { offset: 3, metadata: `test/rows/${topic}/0/3-6/s1` });
    assert.deepEqual(scene.cluster.members('test.rows'), []);
  });

  it('stops with the offset of a record that cannot be decoded', async () => {
    const scene = new Scene();
    await scene.write([0, 1, 'x']);
    const error = await failureOf(scene, scene.delivery().run());
    assert.match(error.message, /offsets 0 to 2: the record at offset 2: it is no number/);
    assert.equal(await scene.committed(), undefined);
  });

  it('stops when a target throws what is no error of ours, rather than trying a defect forever', async () => {
    const scene = new Scene();
    await scene.write([0]);
    const before = (): never => {
      throw new TypeError('undefined is not a function');
    };
    const error = await failureOf(scene, scene.delivery({ faults: { before } }).run());
    assert.equal(error.code, 'delivery_refused');
    assert.ok(error.cause instanceof TypeError);
  });

  it('lets the other partitions finish what they have in hand when one fails', async () => {
    const scene = new Scene({ partitions: 2 });
    await scene.write(upTo(6));
    const held = gate();
    const before = ({ partition }: { readonly partition: number }): Promise<void> => {
      if (partition === 1) throw new MillraceError('delivery_refused', 'no');
      return held.opened;
    };
    const done = scene.delivery({ faults: { before } }).run();
    done.catch(() => undefined);
    await scene.clock.advance(1000);
    held.open();
    await assert.rejects(scene.clock.until(done), /offsets/);
    assert.deepEqual(scene.received(), [0, 2, 4]);
    assert.deepEqual(await scene.committed(0), { offset: 3, metadata: '' });
  });

  it("waits for a writer's schema that the registry does not tell yet", async () => {
    const scene = new Scene();
    await scene.write(upTo(4));
    const learnt: number[] = [];
    let failures = 0;
    const decoder = {
      ...numberDecoder,
      unknownId: () => (learnt.includes(7) ? undefined : 7),
      learn: (id: number) => {
        failures += 1;
        if (failures < 4) return Promise.reject(new MillraceError('registry_unavailable', 'no answer'));
        learnt.push(id);
        return Promise.resolve();
      },
    };
    await scene.runUntil(scene.delivery({ ports: { decoder } }), () => scene.received().length >= 4);
    assert.deepEqual(learnt, [7]);
    assert.deepEqual(scene.received(), upTo(4));
  });
});
