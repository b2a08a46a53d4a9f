import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { hasCode } from '../../../pipeline/testing/contracts/cluster/has-code.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { forms, inferences } from './forms.ts';
import { type Answer, errorOf, openScene, type Scene } from './scene.ts';

const label = { inference_id: 'req-1', feedback_type: 'label', value: '7' };

const codeOf = (answer: Answer): readonly [number, unknown] => [answer.status, errorOf(answer).code];

interface Result {
  readonly status: number;
  readonly id?: string;
  readonly code?: string;
  readonly path?: string;
}

const resultsOf = ({ body }: Answer): ReadonlyArray<Result> => body.results as ReadonlyArray<Result>;

describe('the ingestion API', () => {
  let scene: Scene;

  before(async () => {
    scene = await openScene({ settings: { bodyBytes: 20_000, batchBytes: 40_000, batchItems: 20 } });
  });

  after(() => scene.close());

  it('answers 202 with the id under which the log has the feedback', async () => {
    const { status, body } = await scene.post('/v1/feedback', label);
    assert.deepEqual([status, body.status], [202, 'accepted']);
    const found = (await scene.values(topics.feedbackReceived)).find(({ feedback_id }) => feedback_id === body.id);
    assert.deepEqual([found?.tenant, found?.target.id, found?.label?.v], ['acme', 'req-1', '7']);
  });

  it('takes every form of feedback in a batch, and answers in its order', async () => {
    const items = Object.values(forms).map(([body], index) => ({ ...body, idempotency_key: `form ${index}` }));
    const answer = await scene.post('/v1/feedback:batch', { items });
    assert.equal(answer.status, 207);
    const results = resultsOf(answer);
    assert.deepEqual(
      results.map(({ status }) => status),
      items.map(() => 202),
    );
    const keys = new Map(
      (await scene.values(topics.feedbackReceived)).map(({ feedback_id, idempotency_key }) => [feedback_id, idempotency_key]),
    );
    assert.deepEqual(
      results.map(({ id }) => keys.get(id ?? '')),
      items.map(({ idempotency_key }) => idempotency_key),
    );
  });

  it('takes inferences, one and many', async () => {
    const one = await scene.post('/v1/inferences', inferences.most);
    assert.deepEqual([one.status, one.body.id], [202, inferences.most?.inference_id]);
    const many = await scene.post('/v1/inferences:batch', { items: [inferences.least, {}, inferences.least] });
    assert.deepEqual(
      resultsOf(many).map(({ status, code, path }) => [status, code, path]),
      [
        [202, undefined, undefined],
        [400, 'missing_field', '/model_name'],
        [202, undefined, undefined],
      ],
    );
    assert.equal((await scene.values(topics.inferenceLogged)).length, 3);
  });

  it('takes what is sound of a batch and refuses the rest of it, each in its place', async () => {
    const items = [label, { ...label, colour: 1 }, { ...label, value: '' }, 7, label];
    const results = resultsOf(await scene.post('/v1/feedback:batch', { items }));
    assert.deepEqual(
      results.map(({ status, code, path }) => [status, code, path]),
      [
        [202, undefined, undefined],
        [400, 'unknown_field', '/colour'],
        [422, 'empty_value', '/value'],
        [400, 'invalid_field', ''],
        [202, undefined, undefined],
      ],
    );
  });

  it('returns the same id for a repeat and does not write it again', async () => {
    const send = (): Promise<Answer> => scene.post('/v1/feedback', label, { 'idempotency-key': 'order-7' });
    const first = await send();
    const before = (await scene.values(topics.feedbackReceived)).length;
    const again = await send();
    assert.deepEqual([again.status, again.body], [202, first.body]);
    assert.equal((await scene.values(topics.feedbackReceived)).length, before);
  });

  it('refuses other content under the same key, and the same key of another tenant not at all', async () => {
    const headers = { 'idempotency-key': 'order-8' };
    const first = await scene.post('/v1/feedback', label, headers);
    assert.deepEqual(codeOf(await scene.post('/v1/feedback', { ...label, value: '1' }, headers)), [409, 'idempotency_conflict']);
    const other = await scene.post('/v1/feedback', { ...label, value: '1' }, { ...headers, authorization: `Bearer ${scene.keys.globex}` });
    assert.equal(other.status, 202);
    assert.notEqual(other.body.id, first.body.id);
    const twice = [label, { ...label, value: '1' }, label].map((item) => ({ ...item, idempotency_key: 'order-9' }));
    assert.deepEqual(
      resultsOf(await scene.post('/v1/feedback:batch', { items: twice })).map(({ status }) => status),
      [202, 409, 202],
    );
    const inference = { ...inferences.least, id: 'call-1' };
    assert.equal((await scene.post('/v1/inferences', inference)).status, 202);
    assert.equal((await scene.post('/v1/inferences', { ...inference, output: 'x' })).status, 409);
  });

  it('writes under the tenant of the key, whatever is sent', async () => {
    const { body } = await scene.post('/v1/feedback', label, { authorization: `Bearer ${scene.keys.globex}` });
    const found = (await scene.values(topics.feedbackReceived)).find(({ feedback_id }) => feedback_id === body.id);
    assert.equal(found?.tenant, 'globex');
    assert.equal(found.api_key_id, scene.keys.globex.slice(4, 16));
  });

  it('passes a trace on, and what is none not', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await scene.post('/v1/feedback', { ...label, id: 'traced' }, { traceparent });
    await scene.post('/v1/feedback', { ...label, id: 'untraced' }, { traceparent: '00-nonsense' });
    const found = new Map((await scene.values(topics.feedbackReceived)).map((event) => [event.idempotency_key, event.traceparent]));
    assert.deepEqual([found.get('traced'), found.get('untraced')], [traceparent, null]);
  });

  type Case = readonly [path: string, body: unknown, headers: Readonly<Record<string, string>>, status: number, code: string];
  const wrong: Readonly<Record<string, Case>> = {
    'no key': ['/v1/feedback', label, { authorization: '' }, 401, 'unauthenticated'],
    'a key that nobody has': [
      '/v1/feedback',
      label,
      { authorization: `Bearer mrk_${'0'.repeat(12)}_${'x'.repeat(43)}` },
      401,
      'unauthenticated',
    ],
    'no JSON': ['/v1/feedback', '{"inference_id": secret}', {}, 400, 'invalid_json'],
    'an empty body': ['/v1/feedback', '', {}, 400, 'invalid_json'],
    'a prototype': ['/v1/feedback', '{"__proto__": {"tenant": "globex"}}', {}, 400, 'invalid_json'],
    'another media type': ['/v1/feedback', label, { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    'a coded body': ['/v1/feedback', label, { 'content-encoding': 'gzip' }, 415, 'unsupported_media_type'],
    'a body that is too long': ['/v1/feedback', { ...label, rationale: 'x'.repeat(21_000) }, {}, 413, 'payload_too_large'],
    'a batch that is too long': [
      '/v1/feedback:batch',
      { items: [{ ...label, rationale: 'x'.repeat(41_000) }] },
      {},
      413,
      'payload_too_large',
    ],
    'too many items': ['/v1/feedback:batch', { items: Array.from({ length: 21 }, () => label) }, {}, 413, 'payload_too_large'],
    'no items': ['/v1/feedback:batch', { items: [] }, {}, 400, 'invalid_field'],
    'no batch': ['/v1/feedback:batch', [label], {}, 400, 'missing_field'],
    'a batch with more': ['/v1/feedback:batch', { items: [label], tenant: 'globex' }, {}, 400, 'unknown_field'],
    'a batch under one key': ['/v1/feedback:batch', { items: [label] }, { 'idempotency-key': 'k' }, 400, 'bad_request'],
    'a key that is too long': ['/v1/feedback', label, { 'idempotency-key': 'k'.repeat(201) }, 400, 'bad_request'],
    'a path that is not there': ['/v1/applause', label, {}, 404, 'not_found'],
    'a path that is none': ['/%E0%A4%A', label, {}, 400, 'bad_request'],
  };
  for (const [name, [path, body, headers, status, code]] of Object.entries(wrong)) {
    it(`refuses ${name} in its own form`, async () => {
      const answer = await scene.post(path, body, headers);
      const { type, title, detail, path: _path, retry_after_ms: _wait, ...rest } = answer.body;
      assert.deepEqual([answer.status, rest, type], [status, { status, code }, `urn:millrace:problem:${code}`]);
      assert.match(String(answer.headers['content-type']), /^application\/problem\+json(;|$)/);
      assert.ok(String(title).length > 0 && String(detail).length > 0 && title !== detail);
      assert.doesNotMatch(JSON.stringify(answer.body), /secret/);
      assert.equal(answer.headers['www-authenticate'], status === 401 ? 'Bearer' : undefined);
    });
  }

  it('refuses a key without the scope', async () => {
    assert.deepEqual(codeOf(await scene.post('/v1/feedback', label, { authorization: `Bearer ${scene.keys.reader}` })), [403, 'forbidden']);
  });

  it('says which method a path takes', async () => {
    const got = await scene.ingest.app.inject({ method: 'GET', url: '/v1/feedback:batch' });
    assert.deepEqual([got.statusCode, got.headers.allow], [405, 'POST']);
    for (const headers of [{}, { 'content-type': 'text/xml' }, { 'content-type': 'application/json' }]) {
      const asked = await scene.ingest.app.inject({ method: 'QUERY', url: '/v1/feedback/x', headers, payload: '{' });
      assert.deepEqual([asked.statusCode, asked.headers.allow], [405, 'GET']);
    }
    assert.equal((await scene.ingest.app.inject({ method: 'DELETE', url: '/openapi.json' })).headers.allow, 'GET');
  });

  it('answers bytes that are no HTTP in its form, and goes on', async () => {
    const socket = connect(Number(new URL(scene.ingest.url).port), '127.0.0.1');
    socket.write('\0\x01nonsense\r\n\r\n');
    assert.match(await text(socket), /^HTTP\/1\.1 400 [\s\S]*application\/problem\+json[\s\S]*"code":"bad_request"/);
    assert.equal((await scene.post('/v1/feedback', label)).status, 202);
  });

  it('counts requests and records by what came of them', async () => {
    const exposed = (await scene.scrape())
      .split('\n')
      .filter((line) => line.startsWith('millrace_ingest_'))
      .join('\n');
    assert.match(exposed, /millrace_ingest_requests_total\{route="\/v1\/feedback",status="401"\} 2/);
    assert.match(exposed, /millrace_ingest_records_total\{kind="feedback",result="idempotency_conflict"\} 2/);
    assert.match(exposed, /millrace_ingest_records_total\{kind="inference",result="accepted"\} 4/);
    assert.match(exposed, /millrace_ingest_in_flight_bytes 0/);
  });

  it('tells no secret in its logs and metrics', async () => {
    const said = scene.logged() + (await scene.scrape());
    for (const key of Object.values(scene.keys)) assert.ok(!said.includes(key.slice(-43)));
    assert.doesNotMatch(said, /req-1|secret/);
  });
});

describe('the start of the API', () => {
  it('needs its topics', async () => {
    await assert.rejects(openScene({ bare: true }), hasCode('unknown_topic'));
  });

  it('needs its port', async () => {
    const scene = await openScene();
    const port = Number(new URL(scene.ingest.url).port);
    await assert.rejects(openScene({ settings: { address: { host: '127.0.0.1', port } } }), hasCode('bad_config'));
    await scene.close();
  });
});
