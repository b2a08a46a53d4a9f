import assert from 'node:assert/strict';
import { createClient, type Client } from '../../client/client.ts';
import type { FeedbackPayload } from '../../client/feedback-payload.ts';
import type { InferencePayload } from '../../client/inference-payload.ts';
import { logged } from '../../client/logged.ts';
import { inferenceIdOf } from '../../client/logged-call.ts';
import { topics } from '../../topologies/feedback/topics.ts';
import { forms, inferences } from '../services/ingest/forms.ts';
import { openScene, type Scene } from '../services/ingest/scene.ts';
import { version } from '../../client/version.ts';

describe('the client against the API itself', () => {
  let scene: Scene;
  let client: Client;

  beforeEach(async () => {
    scene = await openScene();
    client = createClient({ url: scene.ingest.url, apiKey: scene.keys.acme });
  });
  afterEach(async () => {
    await client.close(0);
    await scene.close();
  });

  it('has feedback of every form in the log, under the ids that it was told, in order', async () => {
    const given = Object.values(forms).map(([body]) => client.feedback(body as unknown as FeedbackPayload));
    await client.flush();
    const ids = (await Promise.all(given)).map(({ id }) => id);
    const events = await scene.values(topics.feedbackReceived);
    assert.deepEqual(
      events.map((event) => event.feedback_id),
      ids,
    );
    Object.values(forms).forEach(([, expected], at) => {
      for (const [name, value] of Object.entries(expected))
        assert.deepEqual(Object.entries(events[at]!).find(([field]) => field === name)?.[1], value, name);
    });
    assert.deepEqual(events[0]!.client, { sdk: 'millrace/client', version });
  });

  it('has inferences in the log, and those of logged calls', async () => {
    const most = inferences.most as unknown as InferencePayload;
    void client.inference(most);
    const call = logged(client, (text: string) => Promise.resolve({ city: text }), {
      model: { model_name: 'places', model_version: 'v4.2', operation: 'classify' },
      input: (text) => ({ messages: [{ role: 'user', content: text }] }),
      output: ({ city }) => ({ candidates: [{ output: city, logits: [1, 2] }] }),
    });
    const result = await call('boston');
    assert.equal(await client.flush(), 0);
    const [first, second] = await scene.values(topics.inferenceLogged);
    assert.equal(first!.inference_id, most.inference_id);
    assert.equal(second!.inference_id, inferenceIdOf(result));
    assert.deepEqual(
      [second!.candidates[0]!.logits, second!.status, second!.input.messages],
      [[1, 2], 'OK', [{ role: 'user', content: 'boston' }]],
    );
  });

  it('is told of what the rules refuse by code and path, and of a wrong key', async () => {
    const wrong = client.feedback({ inference_id: 'x', rating: 4, tags: [''] });
    await Promise.all([client.flush(), assert.rejects(wrong, { code: 'refused', reason: 'invalid_field', path: '/tags/0' })]);
    const stranger = createClient({ url: scene.ingest.url, apiKey: 'nobody' });
    const refused = stranger.feedback({ inference_id: 'x', rating: 4 });
    await Promise.all([stranger.flush(), assert.rejects(refused, { code: 'unauthorized', status: 401 })]);
  });

  it('is told what became of its feedback, and of no other', async () => {
    const given = client.feedback({ inference_id: 'x', rating: 4 });
    await client.flush();
    const { id } = await given;
    const reader = createClient({ url: scene.ingest.url, apiKey: scene.keys.reader });
    const { status, source } = await reader.feedbackStatus(id);
    assert.deepEqual([status, source], ['accepted', 'replica']);
    await assert.rejects(reader.feedbackStatus('7d444840-9dc0-11d1-b245-5ffdce74fad2'), { code: 'not_found', reason: 'not_found' });
    await reader.close(0);
  });

  it('gets the same id for a repeat under the same key, and a conflict for another content under it', async () => {
    const first = client.feedback({ inference_id: 'x', rating: 4, idempotency_key: 'k' });
    await client.flush();
    const again = client.feedback({ inference_id: 'x', rating: 4, idempotency_key: 'k' });
    await client.flush();
    assert.deepEqual(await again, await first);
    const other = client.feedback({ inference_id: 'x', rating: 1, id: 'k' });
    await Promise.all([client.flush(), assert.rejects(other, { code: 'conflict', reason: 'idempotency_conflict' })]);
    assert.equal((await scene.values(topics.feedbackReceived)).length, 1);
  });
});
