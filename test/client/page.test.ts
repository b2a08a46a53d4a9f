import assert from 'node:assert/strict';
import { failing, hangUp, silent } from './rig/api.ts';
import { rating, startRig, type Rig } from './rig/rig.ts';
import { fakePage } from './rig/virtual-platform.ts';

const batch = { waitMs: 60_000 };

const keysIn = (json: string): ReadonlyArray<string> =>
  [JSON.parse(json) as { readonly idempotency_key: string }].map((item) => item.idempotency_key);

describe('the client in a page', () => {
  let rig: Rig;
  afterEach(() => rig.close());

  it('hands what has no answer to a beacon when the page is left, with the token in the address', async () => {
    const page = fakePage();
    rig = await startRig({ batch, browserPage: page, token: 'a+b' });
    void rig.client.feedback(rating(1));
    void rig.client.inference({ inference_id: 'i-1', model_name: 'm', model_version: 'v', output: 'x' });
    page.send('leave');
    assert.deepEqual(
      page.beacons.map(({ url, json }) => [url.replace(rig.api.url, ''), keysIn(json)]),
      [
        ['/v1/feedback?token=a%2Bb', ['key-1']],
        ['/v1/inferences?token=a%2Bb', ['i-1']],
      ],
    );
  });

  it('includes what is under way, and sends it again under the same key when the page comes back', async () => {
    const page = fakePage();
    rig = await startRig({ batch, browserPage: page, token: 'tok', timeoutMs: 1_000 });
    rig.api.next(silent);
    const answer = rig.client.feedback(rating(1));
    void rig.client.flush();
    await rig.requests(1);
    void rig.client.feedback(rating(2));
    page.send('leave');
    assert.deepEqual(
      page.beacons.map(({ json }) => keysIn(json)),
      [['key-1'], ['key-2']],
    );
    rig.clock.advance(1_000);
    await rig.retries(1);
    rig.passPause();
    assert.equal((await answer).idempotencyKey, 'key-1');
  });

  it('sends nothing twice when the page is hidden because it was left, and at once when it is hidden again', async () => {
    const page = fakePage();
    rig = await startRig({ batch, browserPage: page, token: 'tok' });
    const answer = rig.client.feedback(rating(1));
    page.send('leave');
    page.send('hidden');
    assert.equal(rig.clock.waits[0], batch.waitMs);
    page.send('hidden');
    await answer;
    assert.equal(rig.api.requests.length, 1);
  });

  it('sends the rest when it is hidden if no beacon took it', async () => {
    const page = fakePage(10);
    rig = await startRig({ batch, browserPage: page, token: 'tok' });
    const answer = rig.client.feedback(rating(1));
    page.send('leave');
    page.send('hidden');
    await answer;
  });

  it('sends what is too large for a beacon when it is hidden', async () => {
    const page = fakePage();
    rig = await startRig({ batch, browserPage: page, token: 'tok' });
    const answer = rig.client.feedback({ ...rating(1), rationale: 'x'.repeat(70_000) });
    page.send('leave');
    assert.deepEqual(page.beacons, []);
    page.send('hidden');
    await answer;
  });

  it('keeps beacons within what a browser takes, and ends where no more is taken', async () => {
    const page = fakePage();
    rig = await startRig({ batch: { ...batch, items: 1_000 }, browserPage: page, token: 'tok' });
    for (let n = 0; n < 9; n += 1) void rig.client.feedback({ ...rating(n), rationale: 'ж'.repeat(5_000) });
    page.send('leave');
    const sizes = page.beacons.map(({ json }) => Buffer.byteLength(json));
    assert.deepEqual(
      page.beacons.map(({ json }) => keysIn(json)),
      [['key-0'], ['key-1'], ['key-2'], ['key-3'], ['key-4']],
    );
    assert.ok(sizes.reduce((sum, size) => sum + size, 0) < 60_000);
  });

  it('sends at once when the page is hidden, so that it outlives the page', async () => {
    const page = fakePage();
    rig = await startRig({ batch, browserPage: page, token: 'tok' });
    const answer = rig.client.feedback(rating(1));
    page.send('hidden');
    await answer;
    assert.deepEqual(page.beacons, []);
  });

  it('tries again without a pause when the network is back', async () => {
    const page = fakePage();
    rig = await startRig({ batch: { waitMs: 0 }, browserPage: page, token: 'tok', retry: { firstMs: 30_000 } });
    rig.api.next(hangUp);
    const answer = rig.client.feedback(rating(1));
    await rig.retries(1);
    page.send('online');
    await answer;
    assert.equal(rig.api.requests.length, 2);
  });

  it('keeps to a pause that the API asked for when the network is back', async () => {
    const page = fakePage();
    rig = await startRig({ batch: { waitMs: 0 }, browserPage: page, token: 'tok', retry: { firstMs: 100 } });
    rig.api.next(failing(503, 'overloaded', { 'retry-after': '7' }));
    const answer = rig.client.feedback(rating(1));
    await rig.retries(1);
    page.send('online');
    assert.deepEqual(rig.clock.waits, [7_100]);
    rig.passPause();
    await answer;
  });

  it('hands over 60 kB in all at most, feedback first', async () => {
    const page = fakePage(1_000_000);
    rig = await startRig({ batch, browserPage: page, token: 'tok' });
    const output = 'x'.repeat(25_000);
    for (const n of [1, 2, 3]) void rig.client.inference({ inference_id: `i-${n}`, model_name: 'm', model_version: 'v', output });
    void rig.client.feedback(rating(1));
    page.send('leave');
    assert.deepEqual(
      page.beacons.map(({ json }) => keysIn(json)),
      [['key-1'], ['i-1'], ['i-2']],
    );
  });

  it('makes no beacon with an API key, which has no place in one', async () => {
    const page = fakePage();
    rig = await startRig({ batch, browserPage: page });
    void rig.client.feedback(rating(1));
    page.send('leave');
    assert.deepEqual(page.beacons, []);
  });

  it('leaves no listener behind when it is closed', async () => {
    const page = fakePage();
    rig = await startRig({ browserPage: page });
    assert.equal(page.listeners, 3);
    await rig.client.close();
    assert.equal(page.listeners, 0);
  });
});
