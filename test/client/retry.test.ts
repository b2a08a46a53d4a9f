import assert from 'node:assert/strict';
import { each, failing, hangUp, json, silent, type Behaviour } from './rig/api.ts';
import { itemOf, rating, startRig, type Rig } from './rig/rig.ts';
import { start } from './rig/virtual-platform.ts';

const batch = { waitMs: 0 };

describe('retries of the client', () => {
  let rig: Rig;
  afterEach(() => rig.close());

  const passing: Readonly<Record<string, Behaviour>> = {
    'an overloaded API': failing(503, 'overloaded'),
    'a defect of the API': failing(500, 'internal'),
    'a request that came too slowly': failing(408, 'timeout'),
    'a dropped connection': hangUp,
    'an answer that breaks off': (_request, response) => {
      response.writeHead(207, { 'content-length': 1_000 }).write('{"results":[');
      setImmediate(() => response.destroy());
    },
    'the page of a proxy': (_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Log in</h1>'),
    'fewer results than items': json(207, { results: [] }),
    'a result without a status': json(207, { results: [{ id: 'x' }, { id: 'y' }] }),
  };

  for (const [what, behaviour] of Object.entries(passing)) {
    it(`repeats the same bytes under the same key after ${what}`, async () => {
      rig = await startRig({ batch: { items: 2 } });
      rig.api.next(behaviour);
      const answers = [1, 2].map((n) => rig.client.feedback(rating(n)));
      await rig.retries(1);
      assert.equal(rig.api.requests.length, 1);
      rig.passPause();
      assert.deepEqual(
        await Promise.all(answers),
        [1, 2].map((n) => ({ id: `id-key-${n}`, idempotencyKey: `key-${n}` })),
      );
      assert.equal(rig.api.requests.length, 2);
      assert.equal(rig.api.requests[1]!.text, rig.api.requests[0]!.text);
    });
  }

  it('repeats what had no answer in time', async () => {
    rig = await startRig({ batch, timeoutMs: 3_000 });
    rig.api.next(silent);
    const answer = rig.client.feedback(rating(1));
    await rig.requests(1);
    assert.deepEqual(rig.clock.waits, [3_000]);
    rig.clock.advance(3_000);
    await rig.retries(1);
    rig.passPause();
    await answer;
    assert.equal(rig.api.requests[1]!.text, rig.api.requests[0]!.text);
  });

  const pausesOf = async (failures: number): Promise<ReadonlyArray<number>> => {
    rig.api.next(...Array.from({ length: failures }, () => failing(503, 'overloaded')));
    const answer = rig.client.feedback(rating(1));
    const pauses: number[] = [];
    for (let failed = 1; failed <= failures; failed += 1) {
      await rig.retries(failed);
      pauses.push(rig.clock.waits[0]!);
      rig.passPause();
    }
    await answer;
    return pauses;
  };

  it('doubles its pauses up to the longest', async () => {
    rig = await startRig({ batch, retry: { firstMs: 100, mostMs: 1_000 } });
    assert.deepEqual(await pausesOf(6), [100, 200, 400, 800, 1_000, 1_000]);
  });

  it('draws each pause between half and all of what is due', async () => {
    rig = await startRig({ batch, retry: { firstMs: 100, mostMs: 1_000 }, random: 0 });
    assert.deepEqual(await pausesOf(5), [50, 100, 200, 400, 500]);
  });

  it('begins with the first pause again after a success', async () => {
    rig = await startRig({ batch, retry: { firstMs: 100 } });
    await pausesOf(3);
    rig.api.next(failing(503, 'overloaded'));
    const answer = rig.client.feedback(rating(2));
    await rig.retries(4);
    assert.deepEqual(rig.clock.waits, [100]);
    rig.passPause();
    await answer;
  });

  const waits: Readonly<Record<string, Behaviour>> = {
    seconds: failing(429, 'rate_limited', { 'retry-after': '7' }),
    'a date': failing(503, 'overloaded', { 'retry-after': new Date(start + 7_000).toUTCString() }),
    'the body': json(503, { code: 'overloaded', detail: 'later', retry_after_ms: 7_000 }),
    'the result of an item': each(() => ({ status: 429, code: 'rate_limited', detail: 'later', retry_after_ms: 7_000 })),
  };
  for (const [where, behaviour] of Object.entries(waits)) {
    it(`waits at least as long as the API asks for in ${where}`, async () => {
      rig = await startRig({ batch, retry: { firstMs: 100 }, random: 0 });
      rig.api.next(behaviour);
      const answer = rig.client.feedback(rating(1));
      await rig.retries(1);
      assert.deepEqual(rig.clock.waits, [7_050]);
      rig.passPause();
      await answer;
    });
  }

  it('repeats of a batch only what may pass, ahead of what waits', async () => {
    rig = await startRig({ batch: { items: 3 } });
    const overloaded = { status: 503, code: 'overloaded', detail: 'later' };
    rig.api.next(each((_item, index) => (index === 1 ? overloaded : undefined)));
    const answers = [1, 2, 3, 4, 5].map((n) => rig.client.feedback(rating(n)));
    await rig.retries(1);
    rig.passPause();
    await Promise.all(answers);
    const keys = rig.api.requests.map(({ items }) => items.map(({ idempotency_key: key }) => key));
    assert.deepEqual(keys, [
      ['key-1', 'key-2', 'key-3'],
      ['key-2', 'key-4', 'key-5'],
    ]);
  });

  it('halves what is too large for the API, and gives up an item that is too large alone', async () => {
    rig = await startRig({ batch: { items: 4 } });
    const limit: Behaviour = (request, response) => {
      if (request.text.length > 500) failing(413, 'payload_too_large')(request, response);
      else each(() => undefined)(request, response);
    };
    rig.api.next(...Array.from({ length: 10 }, () => limit));
    const answers = [1, 2, 3].map((n) => rig.client.feedback(rating(n)));
    const large = rig.client.feedback({ ...rating(4), rationale: 'x'.repeat(600) });
    await assert.rejects(large, { code: 'too_large', status: 413, reason: 'payload_too_large' });
    await Promise.all(answers);
    assert.equal(rig.client.stats().feedback.retries, 0);
  });

  it('gives an item up when it was tried for long enough, with the last error', async () => {
    rig = await startRig({ batch, retry: { firstMs: 1_000, mostMs: 1_000, giveUpAfterMs: 2_500 } });
    rig.api.next(...Array.from({ length: 4 }, () => failing(503, 'overloaded')));
    const answer = rig.client.feedback(rating(1));
    for (const failed of [1, 2, 3]) {
      await rig.retries(failed);
      rig.passPause();
    }
    await assert.rejects(answer, { code: 'unavailable', reason: 'overloaded', status: 503, retryable: true, idempotencyKey: 'key-1' });
    assert.equal(rig.api.requests.length, 4);
    assert.deepEqual(
      rig.failures.map(({ item }) => itemOf(item).idempotency_key),
      ['key-1'],
    );
  });

  it('asks a function for the API key before each request', async () => {
    const keys = ['old', 'new'];
    rig = await startRig({ batch, apiKey: () => Promise.resolve(keys.shift() ?? '') });
    rig.api.next(failing(503, 'overloaded'));
    const answer = rig.client.feedback(rating(1));
    await rig.retries(1);
    rig.passPause();
    await answer;
    assert.deepEqual(
      rig.api.requests.map(({ headers }) => headers.authorization),
      ['Bearer old', 'Bearer new'],
    );
    await assert.rejects(Promise.all([rig.client.feedback(rating(2)), rig.client.flush()]), { code: 'unauthorized' });
  });
});
