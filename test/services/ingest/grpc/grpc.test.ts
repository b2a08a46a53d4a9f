import assert from 'node:assert/strict';
import { type Client, status as codes } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { protoPath as healthProto } from 'grpc-health-check';
import { topics } from '../../../../topologies/feedback/topics.ts';
import { forms, inferences } from '../forms.ts';
import { openScene, type Scene } from '../scene.ts';
import { messageFor } from './messages.ts';
import { type Called, callOn, clientOf, detailsOf, proto } from './rig.ts';

const service = 'millrace.ingest.v1.Ingest';
const label = { inference_id: 'req-1', feedback_type: 'label', value: { text: '7' } };

type Call = (method: string, request: object, metadata?: Readonly<Record<string, string>>) => Promise<Called>;

describe('the ingestion API over gRPC', () => {
  let scene: Scene;
  let client: Client;
  let call: Call;

  before(async () => {
    scene = await openScene({ settings: { grpcPort: 0, bodyBytes: 20_000, batchBytes: 60_000, batchItems: 30 } });
    client = clientOf(proto, service, scene.ingest.grpc!);
    const plain = callOn(client);
    call = (method, request, metadata = {}) => plain(method, request, { authorization: `Bearer ${scene.keys.acme}`, ...metadata });
  });
  after(async () => {
    client.close();
    await scene.close();
  });

  it('has each form of feedback in the log as REST has it', async () => {
    for (const [name, [body, event]] of Object.entries(forms)) {
      const { code, message, answer } = await call('SubmitFeedback', messageFor(body));
      assert.equal(code, 0, `${name}: ${message}`);
      const found = (await scene.values(topics.feedbackReceived)).find(({ feedback_id }) => feedback_id === answer.id);
      for (const [field, value] of Object.entries(event))
        assert.deepEqual(Object.entries(found!).find(([own]) => own === field)?.[1], value, `${name}: ${field}`);
    }
  });

  it('has amendments and retractions in the log as REST has them', async () => {
    const { answer } = await call('SubmitFeedback', label);
    const changes = [
      { ...label, amends: answer.id },
      { inference_id: label.inference_id, retracts: answer.id },
    ];
    for (const change of changes) assert.equal((await call('SubmitFeedback', change)).answer.id, answer.id);
    const found = (await scene.values(topics.feedbackReceived)).filter(({ feedback_id }) => feedback_id === answer.id);
    assert.deepEqual(
      found.map(({ op }) => op),
      ['CREATE', 'AMEND', 'RETRACT'],
    );
  });

  it('has inferences in the log as REST has them', async () => {
    const { idempotency_key: _, ...most } = inferences.most!;
    assert.equal((await call('LogInference', messageFor({ ...most, idempotency_key: 'by grpc' }))).answer.id, most.inference_id);
    assert.equal((await scene.post('/v1/inferences', { ...most, inference_id: '7d444840-9dc0-11d1-b245-5ffdce74fad3' })).status, 202);
    const [one, other] = await scene.values(topics.inferenceLogged);
    const besides = { event_id: '', inference_id: '', started: 0 };
    assert.deepEqual({ ...one, ...besides }, { ...other, ...besides });
  });

  it('answers each item of a batch in its place, with the details that a call has', async () => {
    const items = [
      label,
      { ...label, value: { text: '' } },
      { ...label, value: { number: 4 } },
      { ...label, feedback_type: 'rating', value: { rating: { score: 9 } } },
    ];
    const { code, answer } = await call('SubmitFeedbackBatch', { items });
    const results = answer.results as ReadonlyArray<{ outcome: string; refused: { code: number; details: never } }>;
    assert.equal(code, 0);
    assert.deepEqual(
      results.map(({ outcome, refused }) => (outcome === 'accepted' ? 0 : refused.code)),
      [0, 3, 3, 3],
    );
    const fields = results.slice(1).map(({ refused }) => detailsOf(refused));
    assert.deepEqual(
      fields.map(({ ErrorInfo, BadRequest }) => [
        ErrorInfo?.reason,
        (BadRequest?.field_violations as ReadonlyArray<{ field: string }>)[0]?.field,
      ]),
      [
        ['EMPTY_VALUE', 'value.text'],
        ['INVALID_FIELD', 'value.number'],
        ['VALUE_OUT_OF_RANGE', 'value.rating'],
      ],
    );
    const many = await call('LogInferenceBatch', { items: [messageFor(inferences.least!), {}] });
    assert.deepEqual(
      (many.answer.results as ReadonlyArray<{ outcome: string }>).map(({ outcome }) => outcome),
      ['accepted', 'refused'],
    );
  });

  it('returns the id of REST for a repeat under the same key, and tells other content under it', async () => {
    const body = { inference_id: 'req-1', feedback_type: 'label', value: '7' };
    const first = await scene.post('/v1/feedback', body, { 'idempotency-key': 'order-7' });
    const written = (await scene.values(topics.feedbackReceived)).length;
    assert.equal((await call('SubmitFeedback', label, { 'idempotency-key': 'order-7' })).answer.id, first.body.id);
    assert.equal((await call('SubmitFeedback', { ...label, idempotency_key: 'order-7' })).answer.id, first.body.id);
    assert.equal((await scene.values(topics.feedbackReceived)).length, written);
    const other = await call('SubmitFeedback', { ...label, value: { text: '1' } }, { 'idempotency-key': 'order-7' });
    assert.deepEqual(
      [other.code, other.details.ErrorInfo?.metadata],
      [codes.ALREADY_EXISTS, { code: 'idempotency_conflict', path: '/idempotency_key' }],
    );
    const here = await call('SubmitFeedback', label, { 'idempotency-key': 'order-9' });
    assert.equal((await scene.post('/v1/feedback', { ...body, id: 'order-9' })).body.id, here.answer.id);
  });

  type Case = readonly [method: string, request: object, metadata: Readonly<Record<string, string>>, code: number, reason: string];
  const wrong: Readonly<Record<string, Case>> = {
    'no key': ['SubmitFeedback', label, { authorization: '' }, codes.UNAUTHENTICATED, 'UNAUTHENTICATED'],
    'a field that is missing': ['LogInference', {}, {}, codes.INVALID_ARGUMENT, 'MISSING_FIELD'],
    'no value': ['SubmitFeedback', { ...label, value: {} }, {}, codes.INVALID_ARGUMENT, 'MISSING_FIELD'],
    'an undeclared signal': ['SubmitFeedback', { ...label, key: 'karma' }, {}, codes.INVALID_ARGUMENT, 'UNDECLARED_SIGNAL'],
    'a number that is none': [
      'SubmitFeedback',
      { ...label, feedback_type: 'rating', value: { number: NaN } },
      {},
      codes.INVALID_ARGUMENT,
      'INVALID_FIELD',
    ],
    'a message that is too long': [
      'SubmitFeedback',
      { ...label, rationale: 'x'.repeat(21_000) },
      {},
      codes.INVALID_ARGUMENT,
      'PAYLOAD_TOO_LARGE',
    ],
    'an empty batch': ['SubmitFeedbackBatch', {}, {}, codes.INVALID_ARGUMENT, 'INVALID_FIELD'],
    'too many items': [
      'SubmitFeedbackBatch',
      { items: Array.from({ length: 31 }, () => label) },
      {},
      codes.INVALID_ARGUMENT,
      'PAYLOAD_TOO_LARGE',
    ],
    'a batch under one key': ['SubmitFeedbackBatch', { items: [label] }, { 'idempotency-key': 'k' }, codes.INVALID_ARGUMENT, 'BAD_REQUEST'],
  };
  for (const [name, [method, request, metadata, code, reason]] of Object.entries(wrong)) {
    it(`refuses ${name}`, async () => {
      const { details, ...called } = await call(method, request, metadata);
      assert.deepEqual([called.code, details.ErrorInfo?.reason, details.ErrorInfo?.domain], [code, reason, 'millrace'], called.message);
    });
  }

  it('refuses a key without the scope, and writes under the tenant of the key', async () => {
    assert.equal((await call('SubmitFeedback', label, { authorization: `Bearer ${scene.keys.reader}` })).code, codes.PERMISSION_DENIED);
    const { answer } = await call('SubmitFeedback', label, { authorization: `Bearer ${scene.keys.globex}` });
    const found = (await scene.values(topics.feedbackReceived)).find(({ feedback_id }) => feedback_id === answer.id);
    assert.equal(found?.tenant, 'globex');
  });

  it('tells its health without a key', async () => {
    const health = clientOf(loadSync(healthProto), 'grpc.health.v1.Health', scene.ingest.grpc!);
    assert.equal((await callOn(health)('check', { service })).answer.status, 1);
    health.close();
  });

  it('counts calls and gives back what they took', async () => {
    const exposed = await scene.scrape();
    assert.match(exposed, /millrace_ingest_requests_total\{route="\/millrace.ingest.v1.Ingest\/SubmitFeedback",status="401"\} 1/);
    assert.match(exposed, /millrace_ingest_in_flight_bytes 0/);
    assert.doesNotMatch(scene.logged(), /a request failed/);
  });
});
