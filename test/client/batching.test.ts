import assert from 'node:assert/strict';
import { each } from './rig/api.ts';
import { itemOf, rating, startRig, type Rig } from './rig/rig.ts';
import { start } from './rig/virtual-platform.ts';

describe('batching by the client', () => {
  let rig: Rig;
  afterEach(() => rig.close());

  const keysOf = (request: number): ReadonlyArray<string> => rig.api.requests[request]!.items.map(({ idempotency_key: key }) => key);

  it('sends a request when there are as many items as fit, and the rest when the first has waited', async () => {
    rig = await startRig({ batch: { items: 3, waitMs: 100 } });
    const answers = [1, 2, 3, 4, 5].map((n) => rig.client.feedback(rating(n)));
    await rig.requests(1);
    await Promise.all(answers.slice(0, 3));
    rig.clock.advance(99);
    assert.equal(rig.api.requests.length, 1);
    rig.clock.advance(1);
    await Promise.all(answers);
    assert.deepEqual(
      [keysOf(0), keysOf(1)],
      [
        ['key-1', 'key-2', 'key-3'],
        ['key-4', 'key-5'],
      ],
    );
  });

  it('never sends more bytes than batch.bytes, in any script', async () => {
    rig = await startRig({ batch: { bytes: 2_000, waitMs: 0 } });
    const answers = Array.from({ length: 40 }, (_, n) => rig.client.feedback({ ...rating(n), rationale: '反馈'.repeat(n) }));
    await rig.client.flush();
    await Promise.all(answers);
    const sizes = rig.api.requests.map(({ text }) => Buffer.byteLength(text));
    assert.ok(sizes.length > 5 && Math.max(...sizes) <= 2_000 && sizes.some((size) => size > 1_600), sizes.join(' '));
    assert.equal(rig.api.accepted.length, 40);
  });

  it('keeps the order over batches, one request at a time', async () => {
    rig = await startRig({ batch: { items: 7 } });
    for (let n = 0; n < 100; n += 1) void rig.client.feedback(rating(n));
    assert.equal(rig.client.stats().feedback.buffered, 100);
    assert.equal(await rig.client.flush(), 0);
    assert.deepEqual(
      rig.api.accepted,
      Array.from({ length: 100 }, (_, n) => `key-${n}`),
    );
    assert.deepEqual(rig.client.stats().feedback, { buffered: 0, accepted: 100, failed: 0, retries: 0 });
  });

  it('gives each call the answer of its own item, by its code and path', async () => {
    rig = await startRig();
    const problem = { status: 422, code: 'value_out_of_range', detail: 'rating is above 5', path: '/rating' };
    rig.api.next(each((_item, index) => (index === 1 ? problem : undefined)));
    const [first, second, third] = [1, 2, 3].map((n) => rig.client.feedback(rating(n)));
    await Promise.all([
      rig.client.flush(),
      assert.rejects(second!, {
        name: 'ClientError',
        code: 'refused',
        reason: 'value_out_of_range',
        path: '/rating',
        status: 422,
        idempotencyKey: 'key-2',
        retryable: false,
      }),
    ]);
    assert.deepEqual(await first, { id: 'id-key-1', idempotencyKey: 'key-1' });
    assert.deepEqual(await third, { id: 'id-key-3', idempotencyKey: 'key-3' });
    assert.equal(rig.api.requests.length, 1);
    assert.deepEqual(
      rig.failures.map(({ kind, error: { code }, item }) => [kind, code, itemOf(item).rating]),
      [['feedback', 'refused', 2]],
    );
  });

  it('sends feedback and inferences each to its own path, with the API key in a header', async () => {
    rig = await startRig();
    void rig.client.feedback(rating(1));
    void rig.client.inference({ inference_id: 'i-1', model_name: 'digits', model_version: 'v1', output: '7' });
    await rig.client.flush();
    const seen = rig.api.requests.map(({ method, url, headers }) => [method, url, headers.authorization]);
    assert.deepEqual(seen.sort(), [
      ['POST', '/v1/feedback:batch', 'Bearer key-1'],
      ['POST', '/v1/inferences:batch', 'Bearer key-1'],
    ]);
  });

  it('stamps the time of the call, not of the request, and keys of its own', async () => {
    rig = await startRig();
    void rig.client.feedback({ inference_id: 'i', rating: 1 });
    rig.clock.advance(50);
    void rig.client.feedback({ inference_id: 'i', rating: 1 });
    await rig.client.flush();
    const [first, second] = rig.api.requests[0]!.items;
    assert.equal(first!.event_time, new Date(start).toISOString());
    assert.equal(second!.event_time, new Date(start + 50).toISOString());
    assert.match(first!.idempotency_key, /^019b7ca9-8c88-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.notEqual(first!.idempotency_key, second!.idempotency_key);
    assert.deepEqual(first!.client, { sdk: 'millrace/client', version: '0.1.0' });
  });

  it('keeps an item as it was when it was given', async () => {
    rig = await startRig();
    const tags = ['before'];
    void rig.client.feedback({ ...rating(1), tags });
    tags.push('after');
    await rig.client.flush();
    assert.deepEqual(rig.api.requests[0]!.items[0]!.tags, ['before']);
  });
});
