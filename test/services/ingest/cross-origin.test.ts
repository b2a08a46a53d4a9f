import assert from 'node:assert/strict';
import type { LightMyRequestResponse } from 'fastify';
import { feedbackLink } from '../../../services/ingest/auth/feedback-link.ts';
import { LinkRing } from '../../../services/ingest/auth/link-ring.ts';
import { newLinkSecret } from '../../../services/ingest/auth/link-secrets.ts';
import { systemClock } from '../../../pipeline/runtime/system-clock.ts';
import { openScene, type Scene } from './scene.ts';

const signer = newLinkSecret('acme', 0);
const token = feedbackLink({ inference: 'req-1', key: 'stars', expires: systemClock.now() + 3_600_000 }, signer);
const ours = 'https://app.example.com';
const rating = { inference_id: 'req-1', rating: 4 };

describe('pages of other origins', () => {
  let scene: Scene;

  const open = async (origins: ReadonlyArray<string>): Promise<void> => {
    const ring = new LinkRing([signer]);
    scene = await openScene({ auth: { links: () => ring }, settings: { origins } });
  };

  afterEach(() => scene.close());

  const ask = (origin: string, url = '/v1/feedback'): Promise<LightMyRequestResponse> =>
    scene.ingest.app.inject({
      method: 'OPTIONS',
      url,
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });

  const send = (origin: string, url = `/v1/feedback?token=${token}`): Promise<LightMyRequestResponse> =>
    scene.ingest.app.inject({ method: 'POST', url, headers: { origin }, payload: rating });

  it('that are allowed may ask, send and read the answer, with Retry-After', async () => {
    await open([ours, 'https://www.example.com']);
    const asked = await ask(ours);
    assert.equal(asked.statusCode, 204);
    assert.equal(asked.headers['access-control-allow-origin'], ours);
    assert.match(String(asked.headers['access-control-allow-methods']), /POST/);
    assert.match(String(asked.headers['access-control-allow-headers']), /authorization.*content-type.*idempotency-key/);
    assert.equal(asked.headers['access-control-max-age'], '600');
    const sent = await send(ours);
    assert.deepEqual([sent.statusCode, sent.headers['access-control-allow-origin']], [202, ours]);
    const refused = await send(ours, '/v1/feedback?token=none');
    assert.deepEqual([refused.statusCode, refused.headers['access-control-allow-origin']], [401, ours]);
    assert.equal(refused.headers['access-control-expose-headers'], 'retry-after');
    assert.match(String(refused.headers.vary), /Origin/i);
    assert.equal((await ask(ours, '/v1/feedback:batch')).statusCode, 204);
  });

  it('that are not allowed are told nothing', async () => {
    await open([ours]);
    for (const origin of ['https://evil.example', 'null', `${ours}.evil.example`, 'http://app.example.com']) {
      const asked = await ask(origin);
      assert.equal(asked.headers['access-control-allow-origin'], undefined, origin);
      assert.equal((await send(origin)).headers['access-control-allow-origin'], undefined);
    }
  });

  it('are none unless they are named', async () => {
    await open([]);
    const asked = await ask(ours);
    assert.deepEqual([asked.statusCode, asked.headers['access-control-allow-origin']], [405, undefined]);
    assert.equal((await send(ours)).headers['access-control-allow-origin'], undefined);
  });

  it('may send without being asked what is sent as plain text', async () => {
    await open([ours]);
    const { app } = scene.ingest;
    const headers = { origin: ours, 'content-type': 'text/plain;charset=UTF-8' };
    const sent = await app.inject({ method: 'POST', url: `/v1/feedback?token=${token}`, headers, payload: JSON.stringify(rating) });
    assert.equal(sent.statusCode, 202);
    const broken = await app.inject({ method: 'POST', url: `/v1/feedback?token=${token}`, headers, payload: '{"inference_id":' });
    assert.deepEqual([broken.statusCode, broken.json<{ readonly code: string }>().code], [400, 'invalid_json']);
  });
});
