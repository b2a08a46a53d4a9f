import assert from 'node:assert/strict';
import { hours } from '../../../pipeline/core/time.ts';
import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import { feedbackKind } from '../../../services/ingest/feedback-kind.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { fixtureStart } from '../../fixtures/sound-feedback.ts';
import { feedbackRun } from '../../topologies/feedback/support/feedback-run.ts';
import { prediction } from './forms.ts';
import { fixtureReference, signalsOf } from './reference/declared.ts';
import { type Answer, errorOf, openScene, type Scene } from './scene.ts';

const about = { inference_id: prediction.inference_id };
const label = { ...about, feedback_type: 'label', value: '7' };
const stranger = '7d444840-9dc0-11d1-b245-5ffdce74fad2';

const now = fixtureStart / 1000 + hours(1);
const kind = feedbackKind(fixtureReference('reject', { signals: signalsOf('demo', []) }));

const read = (body: unknown, at: number): FeedbackEvent => {
  const mapped = kind.map(body, { tenant: 'demo', apiKeyId: 'k1', now: at });
  assert.ok('value' in mapped, JSON.stringify(mapped));
  return mapped.value;
};

const under = (key: string): Readonly<Record<string, string>> => ({ 'idempotency-key': key });

describe('feedback that is changed through the API', () => {
  let scene: Scene;
  let id: string;

  before(async () => {
    scene = await openScene();
  });

  after(() => scene.close());

  const send = (body: object, key: string): Promise<Answer> => scene.post('/v1/feedback', body, under(key));

  const written = async (op: FeedbackEvent['op']): Promise<ReadonlyArray<FeedbackEvent>> =>
    (await scene.values(topics.feedbackReceived)).filter((event) => event.op === op);

  it('keeps the id that it was answered with', async () => {
    id = String((await send(label, 'first')).body.id);
    const amended = await send({ ...label, value: '8', amends: id.toUpperCase() }, 'second');
    const retracted = await send({ ...about, retracts: id }, 'third');
    assert.deepEqual([amended.status, amended.body.id, retracted.status, retracted.body.id], [202, id, 202, id]);
    const [[amendment], [retraction]] = [await written('AMEND'), await written('RETRACT')];
    assert.deepEqual([amendment?.feedback_id, amendment?.supersedes, amendment?.label?.v], [id, id, '8']);
    assert.deepEqual([retraction?.feedback_id, retraction?.target.id, retraction?.value_kind], [id, about.inference_id, 'UNKNOWN']);
  });

  it('is changed once under one key, which stands for no other change of it', async () => {
    assert.equal((await send({ ...label, value: '8', amends: id }, 'second')).status, 202);
    assert.equal((await written('AMEND')).length, 1);
    assert.equal((await send({ ...label, value: '9', amends: id }, 'second')).status, 409);
    assert.equal((await send({ ...label, value: '9', amends: id }, 'first')).status, 202);
    assert.equal((await send(label, 'first')).body.id, id);
  });

  it('is changed by its own tenant only: another one says something of a feedback that it does not have', async () => {
    const other = await scene.post(
      '/v1/feedback',
      { ...about, retracts: id },
      { authorization: `Bearer ${scene.keys.globex}`, ...under('third') },
    );
    assert.equal(other.status, 202);
    const tenants = (await written('RETRACT')).map(({ tenant }) => tenant);
    assert.deepEqual(tenants, ['acme', 'globex']);
  });

  it('is changed in a batch, too', async () => {
    const items = [
      { ...label, value: '1', amends: id },
      { ...about, retracts: id },
    ];
    const { status, body } = await scene.post('/v1/feedback:batch', { items });
    assert.equal(status, 207);
    assert.deepEqual(body.results, [
      { status: 202, id },
      { status: 202, id },
    ]);
  });

  const refused: Readonly<Record<string, readonly [body: object, code: string, path: string]>> = {
    'is no id': [{ ...label, amends: 'order-7' }, 'invalid_field', '/amends'],
    'is taken back and has a value': [{ ...about, retracts: stranger, value: '7' }, 'unknown_field', '/value'],
    'is taken back and has a type': [{ ...label, retracts: stranger }, 'unknown_field', '/feedback_type'],
    'is taken back without its inference': [{ retracts: stranger }, 'missing_field', '/inference_id'],
    'breaks a rule': [{ ...about, amends: stranger, feedback_type: 'label', value: '' }, 'empty_value', '/value'],
  };
  for (const [what, [body, code, path]] of Object.entries(refused)) {
    it(`is refused where what changes it ${what}`, async () => {
      const answer = await scene.post('/v1/feedback', body);
      assert.deepEqual([errorOf(answer).code, errorOf(answer).path], [code, path]);
    });
  }

  it('is changed and taken back in the topology', async () => {
    const driver = await feedbackRun();
    const said = read(label, now);
    const amendment = read({ ...label, value: '8', amends: said.feedback_id }, now + 1);
    const retraction = read({ ...about, retracts: said.feedback_id }, now + 2);
    await driver.send(topics.inferenceLogged, prediction);
    for (const event of [said, amendment, retraction]) await driver.send(topics.feedbackReceived, event);
    assert.deepEqual(await driver.rejects(), []);
    const attributed = await driver.values(topics.feedbackAttributed);
    assert.deepEqual(
      attributed.map(({ feedback }) => [feedback.op, feedback.label?.v]),
      [
        ['CREATE', '7'],
        ['AMEND', '8'],
        ['RETRACT', '8'],
      ],
    );
    await driver.close();
  });
});
