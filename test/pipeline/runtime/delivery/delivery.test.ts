import assert from 'node:assert/strict';
import { gate, Scene, topic, upTo } from './scene.ts';

const token = (range: string, schema = 's1'): string => `test/rows/${topic}/0/${range}/${schema}`;

describe('delivery', () => {
  it('hands over every record of a partition once and in order', async () => {
    const scene = new Scene();
    await scene.write(upTo(20));
    await scene.runUntil(scene.delivery(), () => scene.received().length >= 20);
    assert.deepEqual(scene.received(), upTo(20));
  });

  it('announces each batch beside the committed offset, then commits its end', async () => {
    const scene = new Scene();
    await scene.write(upTo(5));
    await scene.runUntil(scene.delivery(), () => scene.received().length >= 5);
    assert.deepEqual(
      scene.commits.map(({ offset, metadata }) => [offset, metadata]),
      [
        [0, token('0-3')],
        [3, ''],
        [3, token('3-5')],
        [5, ''],
      ],
    );
  });

  it('completes a batch that is not full when its first record has waited long enough', async () => {
    const scene = new Scene();
    const delivery = scene.delivery({ options: { batch: { records: 100, waitMs: 700 } } });
    const done = delivery.run();
    await scene.clock.advance(300);
    await scene.write([0]);
    await scene.clock.advance(400);
    await scene.write([1]);
    await scene.clock.advance(250);
    assert.deepEqual(scene.received(), []);
    await scene.clock.advance(300);
    assert.deepEqual(scene.received(), [0, 1]);
    await scene.clock.until(delivery.stop());
    await done;
  });

  it('completes a batch by its bytes, and takes a record alone that is larger than that', async () => {
    const scene = new Scene();
    await scene.write([10, 11, 12, 1_000_000, 13]);
    const delivery = scene.delivery({ options: { batch: { records: 100, bytes: 5 } } });
    await scene.runUntil(delivery, () => scene.received().length >= 5);
    assert.deepEqual(
      scene.receiver.handovers.map(({ from, to }) => [from, to]),
      [
        [0, 2],
        [2, 3],
        [3, 4],
        [4, 5],
      ],
    );
  });

  it('passes over what an aborted transaction wrote, and commits past the markers when all is quiet', async () => {
    const scene = new Scene();
    await scene.transact([0, 1]);
    await scene.transact([100], 'abort');
    await scene.transact([2]);
    const delivery = scene.delivery();
    const done = delivery.run();
    await scene.clock.advance(1000);
    assert.deepEqual(scene.received(), [0, 1, 2]);
    const reader = await scene.cluster.reader('committed');
    const { high } = await reader.watermarks({ topic, partition: 0 }, 'committed');
    assert.deepEqual(await scene.committed(), { offset: high, metadata: '' });
    await scene.clock.until(delivery.stop());
    await done;
  });

  it('goes on where it was stopped', async () => {
    const scene = new Scene();
    await scene.write(upTo(4));
    await scene.runUntil(scene.delivery(), () => scene.received().length >= 4);
    await scene.write([4, 5, 6]);
    await scene.runUntil(scene.delivery(), () => scene.received().length >= 7);
    assert.deepEqual(scene.received(), upTo(7));
    assert.equal(
      scene.receiver.handovers.some(({ pending }) => pending),
      false,
    );
  });

  it('hands over what it has read before it stops, though the batch is not full', async () => {
    const scene = new Scene();
    await scene.write(upTo(2));
    const delivery = scene.delivery({ options: { batch: { records: 100, waitMs: 60_000 } } });
    const done = delivery.run();
    await scene.clock.advance(1000);
    assert.deepEqual(scene.received(), []);
    await scene.clock.until(delivery.stop());
    await done;
    assert.deepEqual(scene.received(), [0, 1]);
    assert.deepEqual(await scene.committed(), { offset: 2, metadata: '' });
  });

  it('carries partitions side by side: one whose rows are held up does not hold up the others', async () => {
    const scene = new Scene({ partitions: 2 });
    await scene.write(upTo(12));
    const held = gate();
    const delivery = scene.delivery({ faults: { before: ({ partition }) => (partition === 0 ? held.opened : undefined) } });
    const done = delivery.run();
    await scene.clock.advance(2000);
    assert.deepEqual(scene.received(), [1, 3, 5, 7, 9, 11]);
    held.open();
    await scene.clock.advance(2000);
    assert.deepEqual(
      scene.received().filter((n) => n % 2 === 0),
      [0, 2, 4, 6, 8, 10],
    );
    await scene.clock.until(delivery.stop());
    await done;
  });

  it('keeps two batches of a partition in memory and one in hand, however long the target takes', async () => {
    const scene = new Scene();
    await scene.write(upTo(40));
    const held = gate();
    const delivery = scene.delivery({ faults: { before: () => held.opened } });
    const done = delivery.run();
    await scene.clock.advance(60_000);
    assert.deepEqual(scene.paused, ['pause 0']);
    held.open();
    await scene.clock.advance(10_000);
    assert.deepEqual(scene.received(), upTo(40));
    assert.equal(scene.paused.at(-1), 'resume 0');
    await scene.clock.until(delivery.stop());
    await done;
  });
});
