import assert from 'node:assert/strict';
import fc from 'fast-check';
import { systemClock } from '../../../pipeline/runtime/system-clock.ts';
import { feedbackLink, type LinkOrder } from '../../../services/ingest/auth/feedback-link.ts';
import { LinkRing } from '../../../services/ingest/auth/link-ring.ts';
import { newLinkSecret } from '../../../services/ingest/auth/link-secrets.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { type Answer, openScene, type Scene } from './scene.ts';

const signer = newLinkSecret('acme', 0);
const about = { inference_id: 'req-1' };
const label = { ...about, feedback_type: 'label', value: '7' };
const expires = systemClock.now() + 600_000;

const linkTo = (more: Partial<LinkOrder> = {}): string => feedbackLink({ inference: 'req-1', key: 'label', expires, ...more }, signer);

describe('feedback by a browser link', function () {
  this.timeout(60_000);
  let scene: Scene;
  const given: string[] = [];

  before(async () => {
    const ring = new LinkRing([signer]);
    scene = await openScene({ auth: { links: () => ring } });
  });

  after(() => scene.close());

  const send = async (
    token: string,
    body: unknown,
    { path = '/v1/feedback', ...headers }: Readonly<Record<string, string>> = {},
  ): Promise<Answer> => {
    given.push(token);
    const payload = JSON.stringify(body);
    const sent = { 'content-type': 'application/json', ...headers };
    const url = headers.authorization === undefined ? `${path}?token=${encodeURIComponent(token)}` : path;
    const answer = await scene.ingest.app.inject({ method: 'POST', url, headers: sent, payload });
    return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
  };

  it('is taken by the query, the header, and as plain text, which a beacon sends', async () => {
    const tokens = [linkTo(), linkTo(), linkTo()] as const;
    const answers = [
      await send(tokens[0], label),
      await send(tokens[1], label, { authorization: `Link ${tokens[1]}` }),
      await send(tokens[2], label, { 'content-type': 'text/plain;charset=UTF-8' }),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [202, 202, 202],
    );
    const found = (await scene.values(topics.feedbackReceived)).find(({ feedback_id }) => feedback_id === answers[0]?.body.id);
    assert.deepEqual([found?.tenant, found?.target.id, found?.key, found?.api_key_id], ['acme', 'req-1', 'label', signer.id]);
  });

  it('is one record however often the link is used, unless keys say otherwise', async () => {
    const token = linkTo({ id: 'page-1' });
    const first = await send(token, label);
    const before = (await scene.values(topics.feedbackReceived)).length;
    assert.deepEqual((await send(linkTo({ id: 'page-1' }), label)).body, first.body);
    assert.equal((await scene.values(topics.feedbackReceived)).length, before);
    assert.equal((await send(token, { ...label, value: '8' })).status, 409);
    const keyed = await send(token, { ...label, value: '8' }, { 'idempotency-key': 'second' });
    assert.equal(keyed.status, 202);
    assert.notEqual(keyed.body.id, first.body.id);
  });

  it('takes no key that somebody else uses', async () => {
    const mine = await scene.post('/v1/feedback', label, { 'idempotency-key': 'order-1' });
    const theirs = await send(linkTo(), { ...label, value: '1' }, { 'idempotency-key': 'order-1' });
    assert.deepEqual([mine.status, theirs.status], [202, 202]);
    assert.notEqual(mine.body.id, theirs.body.id);
  });

  const outside: Readonly<Record<string, readonly [order: Partial<LinkOrder>, body: object, path: string]>> = {
    'another inference': [{}, { ...label, inference_id: 'req-2' }, '/inference_id'],
    'another inference under its other name': [
      {},
      { inference_request_id: 'req-2', feedback_type: 'label', value: '7' },
      '/inference_request_id',
    ],
    'another signal': [{}, { ...label, key: 'thumbs' }, '/key'],
    'the signal of another form': [{}, { ...about, rating: 4 }, '/key'],
    'another value than the one that it is for': [{ value: '8' }, label, '/value'],
    'a rating in place of the one that it is for': [{ key: 'stars', value: 5 }, { ...about, rating: 1 }, '/rating'],
    'what changes feedback': [{}, { ...label, amends: '7d444840-9dc0-11d1-b245-5ffdce74fad2' }, '/amends'],
    'what takes feedback back': [{}, { ...about, retracts: '7d444840-9dc0-11d1-b245-5ffdce74fad2' }, '/retracts'],
    'a source that no user is': [{}, { ...label, source: 'llm_judge' }, '/source'],
  };
  for (const [what, [order, body, path]] of Object.entries(outside)) {
    it(`is refused for ${what}`, async () => {
      const answer = await send(linkTo(order), body);
      assert.deepEqual([answer.status, answer.body.code, answer.body.path], [403, 'forbidden', path]);
    });
  }

  it('is taken with the one value that it is for', async () => {
    assert.equal((await send(linkTo({ key: 'stars', value: 5 }), { ...about, rating: 5 })).status, 202);
    const order = { key: 'stars', value: { score: 5, max: 5 } };
    assert.equal((await send(linkTo(order), { ...about, feedback_type: 'rating', value: { max: 5, score: 5 } })).status, 202);
  });

  it('is taken nowhere else, and no key is taken as plain text', async () => {
    for (const path of ['/v1/feedback:batch', '/v1/inferences', '/v1/inferences:batch'])
      assert.equal((await send(linkTo(), { items: [label] }, { path })).status, 401, path);
    assert.equal((await scene.post('/v1/feedback', label, { 'content-type': 'text/plain' })).status, 415);
    assert.equal((await send(linkTo({ expires: systemClock.now() - 1_000 }), label)).status, 401);
  });

  it('is refused whatever stands in place of a token', async () => {
    const token = linkTo();
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString('latin1')),
      fc.string({ unit: 'binary' }),
      fc.tuple(fc.nat(token.length - 1), fc.string({ maxLength: 2 })).map(([at, put]) => token.slice(0, at) + put + token.slice(at + 1)),
    );
    const raw = (text: string): string => text.replaceAll(/[^\x21-\x7e]|[#?]/g, '');
    await fc.assert(
      fc.asyncProperty(bytes, async (text) => {
        fc.pre(text !== token);
        for (const url of [`token=${encodeURIComponent(text)}`, `token=${raw(text)}`, `token=a&token=${raw(text)}`]) {
          fc.pre(decodeURIComponent(url.replaceAll(/%(?![0-9a-f]{2})/gi, '%25').replaceAll(/%[89a-f]/gi, '_')) !== `token=${token}`);
          const answer = await scene.ingest.app.inject({ method: 'POST', url: `/v1/feedback?${url}`, payload: label });
          assert.equal(answer.statusCode, 401, url);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('leaves no token in logs, metrics and answers', async () => {
    const refused = await send(linkTo(), { ...label, inference_id: 'req-2' });
    const broken = await scene.ingest.app.inject({ method: 'POST', url: `/v1/%E0%A4%A?token=${linkTo()}`, payload: label });
    const lost = await scene.ingest.app.inject({ method: 'GET', url: `/v1/nothing?token=${linkTo()}` });
    const said = [scene.logged(), await scene.scrape(), JSON.stringify(refused), broken.body, lost.body].join('\n');
    assert.ok(given.length > 10);
    assert.ok(!said.includes('mrl.'));
    for (const token of given) assert.ok(!said.includes(token.slice(-43)));
  });
});
