import assert from 'node:assert/strict';
import { request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import { systemClock } from '../../../pipeline/runtime/system-clock.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { until } from '../../support/until.ts';
import { type Answer, errorOf, gate, openScene, type Scene } from './scene.ts';

const label = { inference_id: 'req-1', feedback_type: 'label', value: '7' };
const named = { ...label, id: 'order-7' };

const codeOf = (answer: Answer): readonly [number, unknown] => [answer.status, errorOf(answer).code];

describe('the ingestion API when the log does not take records', () => {
  let scene: Scene | undefined;
  const open = async (...options: Parameters<typeof openScene>): Promise<Scene> => (scene = await openScene(...options));
  const written = async (own: Scene): Promise<number> => (await own.values(topics.feedbackReceived)).length;

  afterEach(() => scene?.close());

  it('answers only once the log has confirmed', async () => {
    const { opened, open: confirm } = gate();
    const own = await open({ faults: { after: (step) => (step.operation === 'send' ? opened : undefined) } });
    let isAnswered = false;
    const answer = own.post('/v1/feedback', label).finally(() => (isAnswered = true));
    await until('it is in the log', async () => (await written(own)) === 1);
    assert.equal((await own.ingest.app.inject('/openapi.json')).statusCode, 200);
    assert.equal(isAnswered, false);
    confirm();
    assert.equal((await answer).status, 202);
  });

  it('answers 503 at the deadline; a repeat waits for the same record', async () => {
    const { opened, open: confirm } = gate();
    const own = await open({
      settings: { ackDeadline: 50 },
      faults: { before: (step) => (step.operation === 'send' ? opened : undefined) },
    });
    const first = await own.post('/v1/feedback', named);
    assert.deepEqual([...codeOf(first), first.headers['retry-after'], errorOf(first).retry_after_ms], [503, 'unavailable', '1', 1_000]);
    assert.equal((await own.post('/v1/feedback', named)).status, 503);
    confirm();
    assert.equal((await own.post('/v1/feedback', named)).status, 202);
    assert.equal(await written(own), 1);
  });

  it('writes what failed again, as it was, when it is repeated', async () => {
    let failures = 1;
    const before = (step: { readonly operation: string }): void => {
      if (step.operation === 'send' && failures-- > 0) throw new MillraceError('cluster_unavailable', 'no broker');
    };
    const own = await open({ faults: { before } });
    assert.deepEqual(codeOf(await own.post('/v1/feedback', named)), [503, 'unavailable']);
    const again = await own.post('/v1/feedback', named);
    const third = await own.post('/v1/feedback', named);
    assert.deepEqual([again.status, third.status, third.body.id], [202, 202, again.body.id]);
    assert.equal(await written(own), 1);
    assert.match(own.logged(), /the log does not take a record[\s\S]*the log takes records again/);
  });

  it('has the same bytes in the log twice when a record was written although that was not told', async () => {
    let failures = 1;
    const after = (step: { readonly operation: string }): void => {
      if (step.operation === 'send' && failures-- > 0) throw new MillraceError('cluster_unavailable', 'no answer');
    };
    const own = await open({ faults: { after } });
    assert.equal((await own.post('/v1/feedback', named)).status, 503);
    assert.equal((await own.post('/v1/feedback', named)).status, 202);
    const [first, second] = await own.values(topics.feedbackReceived);
    assert.deepEqual(first, second);
  });

  it('tells items of a batch apart, and when to come again', async () => {
    let count = 0;
    const before = (step: { readonly operation: string }): void => {
      if (step.operation === 'send' && ++count === 2) throw new MillraceError('cluster_unavailable', 'no broker');
    };
    const own = await open({ faults: { before } });
    const answer = await own.post('/v1/feedback:batch', { items: [label, label, label] });
    const results = answer.body.results as ReadonlyArray<{ readonly status: number }>;
    assert.deepEqual(
      results.map(({ status }) => status),
      [202, 503, 202],
    );
    assert.deepEqual([answer.status, answer.headers['retry-after']], [207, '1']);
  });

  it('says that a record is too large for the log', async () => {
    const before = (step: { readonly operation: string }): void => {
      if (step.operation === 'send') throw new MillraceError('record_too_large', 'too large');
    };
    const own = await open({ faults: { before } });
    assert.deepEqual(codeOf(await own.post('/v1/feedback', label)), [413, 'payload_too_large']);
  });
});

describe('the ingestion API under more than it takes', () => {
  it('holds no more bytes than it may, refuses the rest at once, and recovers', async () => {
    const { opened, open: confirm } = gate();
    const body = { ...label, rationale: 'x'.repeat(1_000) };
    const faults = { before: (step: { readonly operation: string }) => (step.operation === 'send' ? opened : undefined) };
    const scene = await openScene({ settings: { inFlightBytes: 10_000 }, faults });
    const answers = Array.from({ length: 40 }, () => scene.post('/v1/feedback', body));
    const refused: Answer[] = [];
    for (const answer of answers) void answer.then((one) => one.status === 503 && refused.push(one));
    await until('some are refused', () => refused.length >= 30);
    assert.deepEqual([...new Set(refused.map((one) => errorOf(one).code))], ['overloaded']);
    confirm();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 202).length + refused.length, 40);
    assert.equal((await scene.post('/v1/feedback', body)).status, 202);
    await scene.close();
  });

  it('holds a sender to its rate, and other senders not', async () => {
    const now = { ms: 0 };
    const scene = await openScene({ settings: { rates: { perKey: 3 } }, clock: { ...systemClock, monotonic: () => now.ms } });
    const batch = await scene.post('/v1/feedback:batch', { items: [label, label, label, label] });
    assert.equal(batch.status, 207);
    const refused = await scene.post('/v1/feedback', label);
    assert.deepEqual(
      [...codeOf(refused), refused.headers['retry-after'], errorOf(refused).retry_after_ms],
      [429, 'rate_limited', '1', 667],
    );
    assert.equal((await scene.post('/v1/feedback', label, { authorization: `Bearer ${scene.keys.globex}` })).status, 202);
    now.ms = 667;
    assert.equal((await scene.post('/v1/feedback', label)).status, 202);
    await scene.close();
  });
});

describe('the end of the API', () => {
  it('answers what it has let in, refuses what is new, and ends', async () => {
    const { opened, open: confirm } = gate();
    const scene = await openScene({ faults: { before: (step) => (step.operation === 'send' ? opened : undefined) } });
    const begun = scene.post('/v1/feedback', label);
    const url = new URL('/v1/feedback', scene.ingest.url);
    const late = request(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${scene.keys.acme}`, 'content-type': 'application/json', expect: '100-continue' },
    });
    const answered = new Promise<IncomingMessage>((resolve, reject) => late.on('response', resolve).on('error', reject));
    late.flushHeaders();
    await new Promise((resolve) => late.on('continue', resolve));
    const stopped = scene.ingest.stop();
    assert.equal(scene.ingest.isDraining(), true);
    assert.deepEqual(codeOf(await scene.post('/v1/feedback', label)), [503, 'shutting_down']);
    late.end(JSON.stringify(label));
    confirm();
    assert.equal((await begun).status, 202);
    const answer = await answered;
    assert.equal(answer.statusCode, 202);
    assert.equal(((await json(answer)) as { status: string }).status, 'accepted');
    await stopped;
    await assert.rejects(fetch(url));
    await scene.close();
  });
});
