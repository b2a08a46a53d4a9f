import assert from 'node:assert/strict';
import fc from 'fast-check';
import { memoryRegistry } from '../../../pipeline/avro/memory-registry.ts';
import { createWire } from '../../../pipeline/avro/wire.ts';
import { hours } from '../../../pipeline/core/time.ts';
import { feedbackEvent, type FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import { type InferenceLog, inferenceLog } from '../../../schemas/generated/inference-log.ts';
import type { Origin } from '../../../services/ingest/event/origin.ts';
import { feedbackKind } from '../../../services/ingest/feedback-kind.ts';
import { inferenceKind } from '../../../services/ingest/inference-kind.ts';
import { recordKind } from '../../../services/ingest/record-kind.ts';
import type { Refusal } from '../../../services/ingest/refusal.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { fixtureStart } from '../../fixtures/sound-feedback.ts';
import { feedbackRun } from '../../topologies/feedback/support/feedback-run.ts';
import { forms, impression, inferences, prediction } from './forms.ts';
import { fixtureReference, signalsOf } from './reference/declared.ts';

const now = fixtureStart / 1000 + hours(1);
const signals = ['demo', 'other'].flatMap((tenant) => signalsOf(tenant, []));
const feedback = feedbackKind(fixtureReference('reject', { signals }));
const origin: Origin = { tenant: 'demo', apiKeyId: 'k1', now };

const read = (body: unknown, more: Partial<Origin> = {}): FeedbackEvent => {
  const mapped = feedback.map(body, { ...origin, ...more });
  assert.ok('value' in mapped, JSON.stringify(mapped));
  return mapped.value;
};

const refused = (body: unknown): Refusal => {
  const mapped = feedback.map(body, origin);
  assert.ok('code' in mapped);
  return mapped;
};

const logged = (body: unknown, more: Partial<Origin> = {}): InferenceLog => {
  const mapped = inferenceKind.map(body, { ...origin, ...more });
  assert.ok('value' in mapped, JSON.stringify(mapped));
  return mapped.value;
};

const sound = { inference_id: prediction.inference_id, feedback_type: 'label', value: '7' };

describe('feedback as a client sends it', () => {
  for (const [name, [body, event]] of Object.entries(forms)) {
    it(`is read as the log has it: ${name}`, () => {
      const found = read(body);
      for (const [field, value] of Object.entries(event))
        assert.deepEqual(Object.entries(found).find(([own]) => own === field)?.[1], value, field);
      assert.deepEqual(feedbackEvent.decode(feedbackEvent.encode(found)), found);
    });
  }

  it('passes every check of the topology, in each of its forms, and becomes what its kind becomes', async () => {
    const driver = await feedbackRun();
    const wire = createWire(memoryRegistry());
    const kind = await recordKind(feedback, wire);
    await driver.send(topics.inferenceLogged, prediction, impression);
    for (const [body] of Object.values(forms)) {
      const prepared = kind.prepare(body, origin);
      assert.ok('record' in prepared);
      const value = feedbackEvent.decode(prepared.record.value!.subarray(5));
      assert.equal(prepared.record.key?.toString(), `demo|${value.target.id}`);
      await driver.send(topics.feedbackReceived, value);
    }
    assert.deepEqual(await driver.rejects(), []);
    assert.equal((await driver.values(topics.feedbackAttributed)).length, Object.keys(forms).length);
    await driver.close();
  });

  it('is, verbatim, what the examples of products say', () => {
    const bare = { inference_id: 'req-1', model_version: 'v4.2', feedback_type: 'correction', value: 'new_york' };
    assert.deepEqual(read(bare).correction, { content: 'new_york', edit_distance: null });
    const stars = read({ inference_id: 'req-1', model_version: 'v4.2', rating: 4 });
    assert.deepEqual([stars.target.id, stars.model_version, stars.number], ['req-1', 'v4.2', { v: 4, min: null, max: null }]);
  });

  it('has the tenant of the credential, and cannot name one', () => {
    assert.equal(read(sound).tenant, 'demo');
    const { code, path } = refused({ ...sound, tenant: 'other' });
    assert.deepEqual([code, path], ['unknown_field', '/tenant']);
  });

  it('has one id for each tenant and key, whatever the time and the replica', () => {
    const first = read({ ...sound, idempotency_key: 'k' });
    assert.equal(read({ ...sound, id: 'k' }, { now: now + 5 }).feedback_id, first.feedback_id);
    assert.equal(read(sound, { idempotencyKey: 'k' }).feedback_id, first.feedback_id);
    assert.notEqual(read({ ...sound, id: 'k' }, { tenant: 'other' }).feedback_id, first.feedback_id);
    assert.notEqual(read(sound).feedback_id, read(sound).feedback_id);
    assert.match(first.feedback_id, /^[0-9a-f]{8}-[0-9a-f]{4}-5/);
  });

  it('keeps its times to the microsecond', () => {
    const at = (event_time: string): number => read({ ...sound, event_time }).event_time;
    assert.equal(at('2025-06-02T00:00:00.123456Z'), fixtureStart + 123_456);
    assert.equal(at('2025-06-02T02:00:00.5+02:00'), fixtureStart + 500_000);
    assert.equal(at('2025-06-02t00:00:00z'), fixtureStart);
    assert.equal(at('2025-06-02 00:00:00Z'), fixtureStart);
    assert.equal(at('2016-12-31t23:59:60.5z'), Date.UTC(2017, 0, 1) * 1000 + 500_000);
    assert.equal(read(sound).event_time, now * 1000);
  });

  const wrong: Readonly<Record<string, readonly [body: unknown, code: string, path: string]>> = {
    'no object': ['feedback', 'invalid_field', ''],
    'a list': [[], 'invalid_field', ''],
    'no type': [{ inference_id: 'a', value: 1 }, 'missing_field', '/feedback_type'],
    'an unknown type': [{ ...sound, feedback_type: 'applause' }, 'invalid_field', '/feedback_type'],
    'an unknown field': [{ ...sound, colour: 'red' }, 'unknown_field', '/colour'],
    'an unknown field further in': [{ ...sound, user_context: { age: 7 } }, 'unknown_field', '/user_context/age'],
    'an unknown field of a value': [{ ...sound, value: { label: '7', sure: true } }, 'unknown_field', '/value/sure'],
    'no target': [{ feedback_type: 'label', value: '7' }, 'missing_field', '/inference_id'],
    'two targets': [{ ...sound, inference_request_id: 'a' }, 'invalid_field', ''],
    'no value': [{ inference_id: 'a', feedback_type: 'label' }, 'missing_field', '/feedback_value'],
    'two values': [{ ...sound, feedback_value: '7' }, 'invalid_field', ''],
    'two values of a click': [{ inference_id: 'a', feedback_type: 'implicit_click', value: 1, feedback_value: 1 }, 'invalid_field', ''],
    'a value of another form': [{ ...sound, value: 7 }, 'invalid_field', '/value'],
    'half a value': [{ ...sound, value: { score: 0.5 } }, 'missing_field', '/value/label'],
    'a signal that nobody knows': [{ ...sound, feedback_type: 'implicit', value: { signal: 'nod' } }, 'invalid_field', '/value/signal'],
    'a time that is none': [{ ...sound, event_time: 'yesterday' }, 'invalid_field', '/event_time'],
    'a field with a slash': [{ ...sound, 'a/b~c': 1 }, 'unknown_field', '/a~1b~0c'],
    'an empty target': [{ ...sound, inference_id: '' }, 'missing_target', '/inference_id'],
    'an empty label': [{ ...sound, value: '' }, 'empty_value', '/value'],
    'a text that is too long': [{ ...sound, feedback_type: 'comment', value: 'x'.repeat(10_001) }, 'text_too_long', '/value'],
    'a rationale that is too long': [{ ...sound, rationale: 'x'.repeat(10_001) }, 'text_too_long', '/rationale'],
    'a share above one': [{ ...sound, value: { label: '7', score: 1.1 } }, 'value_out_of_range', '/value'],
    'a preference for nothing but itself': [
      { inference_id: 'a', feedback_type: 'preference_pair', feedback_value: { preferred_output_id: 'a' } },
      'preference_incoherent',
      '/feedback_value',
    ],
    'a time to come': [{ ...sound, event_time: '2100-01-01T00:00:00Z' }, 'bad_time', '/event_time'],
    'a time long ago': [{ ...sound, event_time: '1999-12-31T23:59:59.999Z' }, 'bad_time', '/event_time'],
  };
  for (const [name, [body, code, path]] of Object.entries(wrong)) {
    it(`is refused with ${name}`, () => {
      const found = refused(body);
      assert.deepEqual([found.code, found.path], [code, path], found.message);
      assert.equal(found.status, ['invalid_field', 'unknown_field', 'missing_field'].includes(code) ? 400 : 422);
    });
  }
});

describe('whatever is sent', () => {
  const bodies = [...Object.values(forms).map(([body]) => body), ...Object.values(inferences)];
  const names = [...new Set(bodies.flatMap((body) => Object.keys(body)))];
  const time = fc.constantFrom('2025-06-02T00:00:00+02', '2025-06-02T00:00:00+0200', '2025-06-02\t00:00:00Z', '0000-01-01T00:00:00Z');
  const spoiled = fc
    .tuple(
      fc.constantFrom(...bodies),
      fc.constantFrom(...names, 'event_time', 'started', 'ended', 'sent_time'),
      fc.oneof(fc.jsonValue(), time),
    )
    .map(([body, name, value]) => ({ ...body, [name]: value }));

  it('is taken, and can be written, or is refused as the fault of who sent it', async () => {
    const wire = createWire(memoryRegistry());
    const kinds = [await recordKind(feedback, wire), await recordKind(inferenceKind, wire)];
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), spoiled), (body) => {
        for (const kind of kinds) {
          const prepared = kind.prepare(body, origin);
          assert.ok('record' in prepared || (prepared.status >= 400 && prepared.status < 500));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('an inference as it is logged', () => {
  it('needs a model and its version only', () => {
    const least = logged(inferences.least);
    assert.deepEqual([least.operation, least.status, least.started, least.candidates], ['chat', 'OK', now * 1000, []]);
    assert.deepEqual(inferenceLog.decode(inferenceLog.encode(least)), least);
  });

  it('has all that a client tells', () => {
    const most = logged(inferences.most);
    const { candidates, params, input, usage, status, error, chosen } = most;
    assert.deepEqual(
      candidates.map(({ candidate_id }) => candidate_id),
      ['0', 'b'],
    );
    assert.deepEqual(params, { temperature: '0.2', stream: 'true', stop: 'END' });
    assert.deepEqual(input.messages, [{ role: 'user', content: 'hello' }]);
    assert.deepEqual([usage, status, error, chosen], [{ input_tokens: 3, output_tokens: 1 }, 'OK', 'cut short', 1]);
    assert.deepEqual(inferenceLog.decode(inferenceLog.encode(most)), most);
  });

  it('takes an id of its own, or one of its key', () => {
    assert.equal(logged(inferences.most).inference_id, inferences.most?.inference_id);
    assert.equal(logged(inferences.least, { idempotencyKey: 'k' }).inference_id, logged({ ...inferences.least, id: 'k' }).inference_id);
    assert.notEqual(logged(inferences.least).inference_id, logged(inferences.least).inference_id);
  });

  it('meets its feedback in the topology', async () => {
    const driver = await feedbackRun();
    const value = logged({ ...inferences.least, operation: 'classify', output: '7' });
    await driver.send(topics.inferenceLogged, value);
    await driver.send(topics.feedbackReceived, read({ inference_id: value.inference_id, feedback_type: 'label', value: '7' }));
    assert.deepEqual(await driver.rejects(), []);
    assert.equal((await driver.values(topics.feedbackAttributed)).length, 1);
    await driver.close();
  });

  it('is refused with what it does not have, by its path', () => {
    const codes = [
      {},
      { ...inferences.least, colour: 1 },
      { ...inferences.least, inference_id: 'x' },
      { ...inferences.least, started: '1999-01-01T00:00:00Z' },
    ];
    const found = codes.map((body) => inferenceKind.map(body, origin));
    assert.deepEqual(
      found.map((mapped) => ('code' in mapped ? [mapped.code, mapped.path] : [])),
      [
        ['missing_field', '/model_name'],
        ['unknown_field', '/colour'],
        ['invalid_field', '/inference_id'],
        ['bad_time', '/started'],
      ],
    );
  });
});

describe('a repeat that reached the log', () => {
  it('is dropped by the topology although its times and its carrier differ', async () => {
    const driver = await feedbackRun();
    const first = read({ ...sound, id: 'a' });
    const again = read({ ...sound, id: 'a', client: { sdk: 'other', version: '2' } }, { now: now + 7_000, apiKeyId: 'k2' });
    const other = read({ ...sound, value: '1', id: 'a' });
    await driver.send(topics.inferenceLogged, prediction);
    await driver.send(topics.feedbackReceived, first, again, other);
    assert.deepEqual(
      (await driver.rejects()).map(({ rule }) => rule),
      ['conflicting_duplicate'],
    );
    assert.equal((await driver.values(topics.feedbackAttributed)).length, 1);
    await driver.close();
  });
});
