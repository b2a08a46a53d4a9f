import assert from 'node:assert/strict';
import { status as codes } from '@grpc/grpc-js';
import { MillraceError } from '../../../../pipeline/core/errors.ts';
import { systemClock } from '../../../../pipeline/runtime/system-clock.ts';
import { idNamespaces, recordId } from '../../../../services/ingest/event/ids.ts';
import type { OutcomeStore, StoredOutcome } from '../../../../services/ingest/status/outcome-store.ts';
import { until } from '../../../support/until.ts';
import { callOn, clientOf, proto } from '../grpc/rig.ts';
import { type Answer, gate, openScene, type Scene } from '../scene.ts';

const now = Date.UTC(2026, 0, 2, 3, 4, 5);
const clock = { ...systemClock, now: () => now };
const asOf = '2026-01-02T03:04:05.000Z';
const rating = { inference_id: 'req-1', rating: 4 };
const attributed: StoredOutcome = {
  status: 'attributed',
  inference_id: 'req-1',
  key: 'stars',
  topic: 'training.ratings',
  model_name: 'digits',
  model_version: 'v1',
};

describe('what is told of a feedback', () => {
  let scene: Scene;
  const open = async (options: Parameters<typeof openScene>[0] = {}): Promise<Scene> => (scene = await openScene({ clock, ...options }));
  const ask = async (id: unknown, key = scene.keys.reader): Promise<Answer> => {
    const answer = await scene.ingest.app.inject({ url: `/v1/feedback/${String(id)}`, headers: { authorization: `Bearer ${key}` } });
    return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
  };
  const send = async (key = 'k'): Promise<unknown> => (await scene.post('/v1/feedback', rating, { 'idempotency-key': key })).body.id;
  const says = (found: ReadonlyArray<StoredOutcome>): OutcomeStore => ({ find: () => Promise.resolve(found) });

  afterEach(() => scene.close());

  it('is what this process has acknowledged, where there is no table', async () => {
    await open();
    const id = await send();
    assert.deepEqual((await ask(id)).body, { id, status: 'accepted', source: 'replica', as_of: asOf, outcomes: [] });
    assert.equal((await ask(String(id).toUpperCase())).body.id, id);
  });

  it('is that it came, while the log has not confirmed it', async () => {
    const { opened, open: confirm } = gate();
    let isSent = false;
    const before = ({ operation }: { readonly operation: string }): Promise<void> | undefined => {
      if (operation !== 'send') return undefined;
      isSent = true;
      return opened;
    };
    await open({ faults: { before }, settings: { ackDeadline: 50 } });
    const sent = send();
    await until('it is on its way', () => isSent);
    await sent;
    const id = recordId(idNamespaces.feedback, 'acme', 'k');
    assert.deepEqual([(await ask(id)).body.status, (await ask(id)).body.source], ['received', 'replica']);
    confirm();
    assert.equal(await send(), id);
    assert.equal((await ask(id)).body.status, 'accepted');
  });

  it('is what the table says, where it says anything', async () => {
    const orphan: StoredOutcome = { status: 'orphaned', inference_id: 'req-0', key: 'stars', topic: 'feedback.orphaned' };
    await open({ ports: { outcomes: says([orphan, attributed]) } });
    const id = await send();
    assert.deepEqual((await ask(id)).body, { id, status: 'attributed', source: 'clickhouse', as_of: asOf, outcomes: [orphan, attributed] });
  });

  it('is what this process knows while the table has nothing yet, or does not answer', async () => {
    const failing: OutcomeStore = { find: () => Promise.reject(new MillraceError('table_unavailable', 'no answer')) };
    await open({ ports: { outcomes: failing } });
    const id = await send();
    assert.deepEqual([(await ask(id)).body.status, (await ask(id)).body.source], ['accepted', 'replica']);
    const unknown = await ask('7d444840-9dc0-11d1-b245-5ffdce74fad2');
    assert.deepEqual([unknown.status, unknown.body.code, unknown.headers['retry-after']], [503, 'unavailable', '1']);
    assert.match(scene.logged(), /the table of outcomes does not answer/);
    await scene.close();
    await open({ ports: { outcomes: says([]) } });
    assert.equal((await ask(await send())).body.source, 'replica');
    assert.equal((await ask('7d444840-9dc0-11d1-b245-5ffdce74fad2')).status, 404);
  });

  it('waits for the table no longer than for the log', async () => {
    const aborted: OutcomeStore = {
      find: (_, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
    };
    await open({ ports: { outcomes: aborted }, settings: { ackDeadline: 30 } });
    assert.equal((await ask('7d444840-9dc0-11d1-b245-5ffdce74fad2')).status, 503);
  });

  it('is told to its tenant only, and to keys that may read', async () => {
    const asked: unknown[] = [];
    const store: OutcomeStore = {
      find: (of) => {
        asked.push(of.tenant);
        return Promise.resolve([]);
      },
    };
    await open({ ports: { outcomes: store } });
    const stranger = await scene.post('/v1/feedback', rating, { 'idempotency-key': 'k', authorization: `Bearer ${scene.keys.globex}` });
    assert.equal(stranger.status, 202);
    const found = await ask(stranger.body.id);
    assert.deepEqual([found.status, found.body.code], [404, 'not_found']);
    assert.deepEqual(asked, ['acme']);
    assert.deepEqual([(await ask(await send(), scene.keys.acme)).status, (await ask(await send(), '')).status], [403, 401]);
  });

  it('is nothing of what is no id; other methods are not taken', async () => {
    await open();
    for (const id of ['x', '%2e%2e', '7d444840', "'%20OR%201"])
      assert.deepEqual([(await ask(id)).status, (await ask(id)).body.code], [404, 'not_found']);
    const posted = await scene.post('/v1/feedback/7d444840-9dc0-11d1-b245-5ffdce74fad2', rating);
    assert.deepEqual([posted.status, posted.headers.allow], [405, 'GET']);
  });

  it('is told over gRPC as well', async () => {
    await open({ ports: { outcomes: says([attributed]) }, settings: { grpcPort: 0 } });
    const client = clientOf(proto, 'millrace.ingest.v1.Ingest', scene.ingest.grpc!);
    const id = await send();
    const metadata = { authorization: `Bearer ${scene.keys.reader}` };
    const { answer } = await callOn(client)('GetFeedback', { id }, metadata);
    assert.deepEqual([answer.id, answer.status, answer.source, answer.as_of], [id, 'attributed', 'clickhouse', asOf]);
    const [first] = answer.outcomes as ReadonlyArray<StoredOutcome>;
    assert.deepEqual([first?.inference_id, first?.topic, first?.model_version], ['req-1', 'training.ratings', 'v1']);
    assert.equal((await callOn(client)('GetFeedback', {}, metadata)).code, codes.NOT_FOUND);
    assert.equal(
      (await callOn(client)('GetFeedback', { id }, { authorization: `Bearer ${scene.keys.acme}` })).code,
      codes.PERMISSION_DENIED,
    );
    client.close();
  });
});
