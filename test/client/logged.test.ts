import assert from 'node:assert/strict';
import { logged } from '../../client/logged.ts';
import { inferenceIdOf, type Model } from '../../client/logged-call.ts';
import { silent } from './rig/api.ts';
import { startRig, type Rig } from './rig/rig.ts';
import { start } from './rig/virtual-platform.ts';

const model: Model = { model_name: 'digits', model_version: 'v4.2', operation: 'classify' };

describe('a function whose calls are logged', () => {
  let rig: Rig;
  afterEach(() => rig.close());

  const items = async (): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> => {
    await rig.client.flush();
    return rig.api.requests.flatMap((request) => request.items);
  };

  const classifier = () =>
    logged(
      rig.client,
      (pixels: ReadonlyArray<number>) => {
        rig.clock.advance(12);
        if (pixels.length === 0) throw new TypeError('no pixels');
        return Promise.resolve({ label: '7', scores: [0.1, 2.5] });
      },
      {
        model,
        input: (pixels) => ({ features: [...pixels] }),
        output: ({ label, scores }) => ({ candidates: [{ output: label, logits: scores }], usage: { input_tokens: 1 } }),
      },
    );

  it('is an inference with input, output, logits, times and latency, under the id that the result has', async () => {
    rig = await startRig();
    const result = await classifier()([1, 2]);
    const [item] = await items();
    assert.deepEqual(item, {
      model_name: 'digits',
      model_version: 'v4.2',
      operation: 'classify',
      candidates: [{ output: '7', logits: [0.1, 2.5] }],
      usage: { input_tokens: 1 },
      status: 'ok',
      started: new Date(start).toISOString(),
      ended: new Date(start + 12).toISOString(),
      latency_ms: 12,
      inference_id: inferenceIdOf(result),
      idempotency_key: inferenceIdOf(result),
      input: { features: [1, 2] },
    });
    assert.match(inferenceIdOf(result)!, /^019b7ca9-8c88-7/);
    assert.equal(inferenceIdOf({}), undefined);
  });

  it('returns the very promise and the very result', async () => {
    rig = await startRig();
    const result = { label: '7' };
    const promise = Promise.resolve(result);
    const call = logged(rig.client, () => promise, { model, input: () => ({}), output: () => ({}) });
    assert.equal(call(), promise);
    assert.equal(await call(), result);
  });

  it('may be synchronous', async () => {
    rig = await startRig();
    const double = logged(rig.client, (x: number) => 2 * x, {
      model,
      input: (x) => ({ features: [x] }),
      output: (y) => ({ output: String(y) }),
    });
    const doubled: number = double(21);
    assert.equal(doubled, 42);
    assert.equal((await items())[0]!.output, '42');
  });

  it('logs what it throws and what it rejects with, and does so still', async () => {
    rig = await startRig();
    assert.throws(() => classifier()([]), { name: 'TypeError', message: 'no pixels' });
    const failing = logged(rig.client, () => Promise.reject(new RangeError('x'.repeat(9_000))), {
      model,
      input: () => ({}),
      output: () => ({}),
    });
    await assert.rejects(failing(), RangeError);
    const [thrown, rejected] = await items();
    assert.deepEqual([thrown!.status, thrown!.error, thrown!.latency_ms], ['error', 'TypeError: no pixels', 12]);
    assert.equal((rejected!.error as string).length, 4_000);
  });

  it('turns nothing into JSON and sends nothing before its caller has gone on', async () => {
    rig = await startRig({ batch: { items: 1 } });
    const steps: string[] = [];
    const telling = { toJSON: () => steps.push('JSON') };
    const call = logged(rig.client, () => Promise.resolve('7'), {
      model,
      input: () => ({ features: telling as unknown as number[] }),
      output: (output) => ({ output }),
    });
    await call();
    steps.push('the caller goes on');
    assert.deepEqual(steps, ['the caller goes on']);
    rig.clock.advance(0);
    assert.deepEqual(steps, ['the caller goes on', 'JSON']);
    await rig.requests(1);
  });

  it('does not wait for an API that does not answer', async () => {
    rig = await startRig({ batch: { items: 1 }, buffer: { items: 1 } });
    rig.api.next(silent);
    const call = classifier();
    for (let n = 0; n < 5; n += 1) assert.equal((await call([n])).label, '7');
    rig.clock.advance(0);
    await Promise.resolve();
    assert.deepEqual(
      rig.failures.map(({ kind, error }) => [kind, error.code]),
      Array.from({ length: 4 }, () => ['inference', 'buffer_full']),
    );
  });

  it('is not broken by a log that cannot read it, and the log says so', async () => {
    rig = await startRig();
    const call = logged(rig.client, () => Promise.resolve('7'), {
      model,
      input: () => {
        throw new Error('no input');
      },
      output: () => {
        throw new Error('no output');
      },
    });
    assert.equal(await call(), '7');
    assert.deepEqual((await items())[0]!.input, {
      attributes: { 'millrace.unread.input': 'Error: no input', 'millrace.unread.output': 'Error: no output' },
    });
  });

  it('takes model and id from its arguments', async () => {
    rig = await startRig();
    const call = logged(rig.client, (id: string) => id.length, {
      model: (id) => ({ ...model, model_version: 'v5', inference_id: id }),
      input: () => ({}),
      output: () => ({}),
    });
    call('0198c5e2-0000-7000-8000-000000000001');
    const [item] = await items();
    assert.deepEqual([item!.inference_id, item!.model_version], ['0198c5e2-0000-7000-8000-000000000001', 'v5']);
  });

  it('is logged when the client closes right after it', async () => {
    rig = await startRig();
    await classifier()([1]);
    assert.equal(await rig.client.close(), 0);
    assert.equal(rig.api.accepted.length, 1);
  });
});
