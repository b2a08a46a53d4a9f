import assert from 'node:assert/strict';
import { failing, json } from './rig/api.ts';
import { rating, startRig, type Rig } from './rig/rig.ts';

describe('the client with the token of a link', () => {
  let rig: Rig;
  afterEach(() => rig.close());

  it('sends item by item, in their order, and settles each by its own answer', async () => {
    rig = await startRig({ token: 'tok', batch: { waitMs: 0, items: 50 } });
    rig.api.next(json(202, { id: 'first', status: 'accepted' }), failing(403, 'forbidden'), json(202, { id: 'third', status: 'accepted' }));
    const answers = await Promise.allSettled([1, 2, 3].map((n) => rig.client.feedback(rating(n))));
    assert.deepEqual(
      answers.map((answer) => (answer.status === 'fulfilled' ? (answer.value as { readonly id: string }).id : 'refused')),
      ['first', 'refused', 'third'],
    );
    assert.deepEqual(
      rig.api.requests.map(({ url, text }) => [url, (JSON.parse(text) as { readonly idempotency_key: string }).idempotency_key]),
      [1, 2, 3].map((n) => ['/v1/feedback?token=tok', `key-${n}`]),
    );
    assert.deepEqual(
      rig.failures.map(({ error }) => [error.code, error.idempotencyKey]),
      [['unauthorized', 'key-2']],
    );
  });

  it('tries again under the same key what is not answered by the API', async () => {
    rig = await startRig({ token: 'tok', batch: { waitMs: 0 } });
    rig.api.next(json(200, { hello: 'proxy' }), failing(503, 'overloaded'));
    const answer = rig.client.feedback(rating(1));
    await rig.retries(1);
    rig.passPause();
    await rig.retries(2);
    rig.passPause();
    assert.equal((await answer).idempotencyKey, 'key-1');
    assert.equal(new Set(rig.api.requests.map(({ text }) => text)).size, 1);
  });
});
