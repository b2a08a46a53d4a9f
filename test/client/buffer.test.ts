import assert from 'node:assert/strict';
import { failing, hangUp, silent } from './rig/api.ts';
import { itemOf, rating, startRig, type Rig } from './rig/rig.ts';

describe('the buffer of the client', () => {
  let rig: Rig;
  afterEach(() => rig.close());

  const give = (from: number, to: number): void => {
    for (let n = from; n <= to; n += 1) void rig.client.feedback(rating(n));
  };
  const lost = (): ReadonlyArray<string> => rig.failures.map(({ item, error }) => `${error.code} ${itemOf(item).idempotency_key}`);

  it('refuses what is new when it is full, and sends the rest when the API is back', async () => {
    rig = await startRig({ batch: { items: 2 }, buffer: { items: 5 } });
    rig.api.next(hangUp);
    give(1, 5);
    await rig.retries(1);
    await assert.rejects(rig.client.feedback(rating(6)), { code: 'buffer_full', retryable: true, idempotencyKey: 'key-6' });
    rig.passPause();
    await rig.client.flush();
    assert.deepEqual(
      rig.api.accepted,
      [1, 2, 3, 4, 5].map((n) => `key-${n}`),
    );
    assert.deepEqual(lost(), ['buffer_full key-6']);
  });

  it('drops the oldest if told to, but nothing that is under way', async () => {
    rig = await startRig({ batch: { items: 2, waitMs: 0 }, buffer: { items: 4, whenFull: 'drop_oldest' }, timeoutMs: 1_000 });
    rig.api.next(silent);
    give(1, 2);
    await rig.requests(1);
    give(3, 7);
    await new Promise(setImmediate);
    assert.equal(rig.client.stats().feedback.buffered, 4);
    assert.deepEqual(lost(), ['buffer_full key-2', 'buffer_full key-3', 'buffer_full key-4']);
    rig.clock.advance(1_000);
    await rig.retries(1);
    rig.passPause();
    await rig.client.flush();
    assert.deepEqual(rig.api.accepted, ['key-1', 'key-5', 'key-6', 'key-7']);
  });

  it('is bounded in bytes as well', async () => {
    rig = await startRig({ buffer: { bytes: 2_000 } });
    for (let n = 0; n < 10; n += 1) void rig.client.feedback({ ...rating(n), rationale: 'é'.repeat(200) });
    const { buffered } = rig.client.stats().feedback;
    assert.equal(buffered, 3);
    await rig.client.flush();
    const sent = rig.api.requests[0]!.text;
    assert.ok(Buffer.byteLength(sent) < 2_000 + 20, sent);
    assert.equal(lost().length, 7);
  });

  it('is one for each kind: a flood of inferences leaves feedback its room', async () => {
    rig = await startRig({ buffer: { items: 3 } });
    const inference = { model_name: 'm', model_version: 'v', output: 'x' };
    for (let n = 0; n < 10; n += 1) void rig.client.inference({ ...inference, inference_id: `i-${n}` });
    give(1, 3);
    await rig.client.flush();
    const { feedback, inference: inferences } = rig.client.stats();
    assert.deepEqual([feedback.accepted, inferences.accepted, inferences.failed], [3, 3, 7]);
  });

  it('is flushed without waiting for more, to the count of what has no answer', async () => {
    rig = await startRig({ batch: { waitMs: 60_000 }, timeoutMs: 120_000 });
    give(1, 2);
    assert.equal(await rig.client.flush(), 0);
    rig.api.next(silent);
    give(3, 4);
    const flushed = rig.client.flush(1_000);
    await rig.requests(2);
    rig.clock.advance(1_000);
    assert.equal(await flushed, 2);
    assert.equal(rig.client.stats().feedback.buffered, 2);
  });

  it('keeps to the pause after a failure when it is flushed', async () => {
    rig = await startRig({ batch: { waitMs: 0 }, retry: { firstMs: 5_000 } });
    rig.api.next(failing(503, 'overloaded'));
    give(1, 1);
    await rig.retries(1);
    const flushed = rig.client.flush();
    rig.clock.advance(4_999);
    await new Promise(setImmediate);
    assert.equal(rig.api.requests.length, 1);
    rig.clock.advance(1);
    assert.equal(await flushed, 0);
  });

  it('is emptied when the client is closed: sent, or refused and told', async () => {
    rig = await startRig({ timeoutMs: 60_000 });
    give(1, 2);
    const closed = rig.client.close();
    await assert.rejects(rig.client.feedback(rating(3)), { code: 'closed' });
    assert.equal(await closed, 0);
    assert.deepEqual(rig.api.accepted, ['key-1', 'key-2']);
    assert.deepEqual(rig.clock.waits, []);
  });

  it('lets a client close that the API does not answer, and says what is not known to have arrived', async () => {
    rig = await startRig({ timeoutMs: 60_000 });
    rig.api.next(silent);
    give(1, 2);
    const closed = rig.client.close(2_000);
    await rig.requests(1);
    give(3, 3);
    rig.clock.advance(2_000);
    assert.equal(await closed, 2);
    assert.deepEqual(lost(), ['closed key-3', 'closed key-1', 'closed key-2']);
    assert.equal(rig.client.stats().feedback.buffered, 0);
  });
});
